package io.millhand.process;

import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.process.CrashCell.Stage;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;

/// Tasks that go wrong at one stage of their lives, and leave a file for each time they do and for each run.
///
/// @param stage where
/// @param fault in which way
/// @param marks the folder of the files
record CrashLoad(Stage stage, Fault fault, File marks) implements Serializable {

    private static final String STRIKE = "strike";
    private static final String RUN = "run";

    /// Where a child learns what its class initializer has to do.
    private static final String PROPERTY = "millhand.test.initializer";

    /// The task.
    Task<Object> task() {
        if (stage == Stage.CLASS_INITIALIZER) {
            return Task.of(new Initialized(this));
        }
        var argument = new Freight(this, true);
        return Task.of(() -> argument.load().run());
    }

    /// Options of the children that run it.
    List<String> options() {
        return stage == Stage.CLASS_INITIALIZER ? List.of("-D" + PROPERTY + "=" + fault + ":" + marks) : List.of();
    }

    /// Goes wrong.
    void strike() {
        mark(STRIKE);
        fault.strike(stage.inParent());
    }

    private Object run() {
        mark(RUN);
        if (stage == Stage.RUN) {
            strike();
        }
        return stage == Stage.SERIALIZE_RESULT || stage == Stage.DESERIALIZE_RESULT ? new Freight(this, false) : "ran";
    }

    /// How often it went wrong.
    int strikes() {
        return marks(STRIKE);
    }

    /// How often the body was entered.
    int runs() {
        return marks(RUN);
    }

    private void mark(String what) {
        try {
            Files.createTempFile(marks.toPath(), what, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int marks(String what) {
        return Objects.requireNonNull(marks.list((_, name) -> name.startsWith(what))).length;
    }

    /// What is sent to a child or comes back from it.
    private static final class Freight implements Serializable {
        private static final long serialVersionUID = 1;

        private final CrashLoad load;
        private final boolean argument;

        Freight(CrashLoad load, boolean argument) {
            this.load = load;
            this.argument = argument;
        }

        CrashLoad load() {
            return load;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            strikeAt(argument ? Stage.SERIALIZE_ARGUMENT : Stage.SERIALIZE_RESULT);
            out.defaultWriteObject();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            strikeAt(argument ? Stage.DESERIALIZE_ARGUMENT : Stage.DESERIALIZE_RESULT);
        }

        private void strikeAt(Stage here) {
            if (load.stage == here) {
                load.strike();
            }
        }
    }

    /// A task whose class cannot be initialized where the property is set.
    private static final class Initialized implements SerializableCallable<Object> {
        private static final long serialVersionUID = 1;

        static {
            String told = System.getProperty(PROPERTY);
            if (told != null) {
                int colon = told.indexOf(':');
                var fault = Fault.valueOf(told.substring(0, colon));
                new CrashLoad(Stage.CLASS_INITIALIZER, fault, new File(told.substring(colon + 1))).strike();
            }
        }

        private final CrashLoad load;

        Initialized(CrashLoad load) {
            this.load = load;
        }

        @Override
        public Object call() {
            return load.run();
        }
    }
}
