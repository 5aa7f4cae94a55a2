package io.millhand.process;

import io.millhand.TaskQueue;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a child finds its code: the part of its command line that ends with the main class.
final class ChildCode {

    private static final String NOTHING = File.separator + "nonexistent";

    private ChildCode() {}

    /// @param folder where Millhand's own code goes if it has to
    static List<String> arguments(Optional<ClassPath> override, PrivateFolder folder) throws IOException {
        return override.isPresent() ? overridden(override.get(), folder) : inherited(folder);
    }

    /// The name of the module that Millhand is in, in a child.
    static String ownModule(Optional<ClassPath> override) {
        var module = ChildMain.class.getModule();
        boolean inModule = override.isEmpty() && module.isNamed() && OwnCode.isOnThePath();
        return inModule ? module.getName() : "ALL-UNNAMED";
    }

    private static List<String> inherited(PrivateFolder folder) throws IOException {
        var arguments = new ArrayList<String>();
        String modulePath = absolute(System.getProperty("jdk.module.path", ""));
        if (!modulePath.isEmpty()) {
            arguments.addAll(List.of("--module-path", modulePath));
        }
        String modules = modules();
        if (!modulePath.isEmpty() || ChildMain.class.getModule().isNamed()) {
            arguments.addAll(List.of("--add-modules", modules));
        }
        var classPath = new ArrayList<String>();
        if (!OwnCode.isOnThePath() || isGone()) {
            classPath.add(ownCode(folder).toString());
        }
        String inherited = System.getProperty("java.class.path", "");
        if (!inherited.isEmpty()) {
            classPath.add(absolute(inherited));
        }
        addMain(arguments, classPath, ownModule(Optional.empty()));
        return arguments;
    }

    /// The modules that this JVM has beside those of the JDK. Not all that are on the module path: one that is not used
    /// here may not fit.
    private static String modules() {
        return String.join(
                ",",
                ModuleLayer.boot().modules().stream()
                        .map(Module::getName)
                        .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                        .sorted()
                        .toList());
    }

    private static List<String> overridden(ClassPath override, PrivateFolder folder) throws IOException {
        var classPath = new ArrayList<>(override.entries());
        for (var own : List.of(ChildMain.class, TaskQueue.class)) {
            var location = locationOf(own);
            if (location == null || isGone()) {
                classPath.addFirst(ownCode(folder));
                break;
            }
            if (!classPath.contains(location)) {
                classPath.add(location);
            }
        }
        var arguments = new ArrayList<String>();
        addMain(arguments, classPath.stream().map(Path::toString).toList(), "ALL-UNNAMED");
        return arguments;
    }

    private static void addMain(List<String> arguments, List<String> classPath, String module) {
        // An empty class path would be the working directory.
        arguments.addAll(List.of("-cp", classPath.isEmpty() ? NOTHING : String.join(File.pathSeparator, classPath)));
        String main = ChildMain.class.getName();
        if (module.equals("ALL-UNNAMED")) {
            arguments.add(main);
        } else {
            arguments.addAll(List.of("-m", module + "/" + main));
        }
    }

    /// This JVM is itself a child that got Millhand's code from its parent.
    private static boolean isGone() {
        var location = locationOf(ChildMain.class);
        return location != null && location.endsWith(PrivateFolder.OWN_CODE) && !Files.exists(location);
    }

    private static Path ownCode(PrivateFolder folder) throws IOException {
        if (isGone()) {
            throw new IOException("Millhand's own code was given to this JVM by its parent as "
                    + locationOf(ChildMain.class)
                    + " and is gone by now, so that no child can get it: open pools in the outermost JVM, or have"
                    + " Millhand on its class path");
        }
        return Files.write(folder.ownCode(), OwnCode.jar());
    }

    /// The jar or folder that a class comes from; null where it is in neither.
    private static @Nullable Path locationOf(Class<?> type) {
        var source = type.getProtectionDomain().getCodeSource();
        try {
            return source == null || !source.getLocation().getProtocol().equals("file")
                    ? null
                    : Path.of(source.getLocation().toURI());
        } catch (URISyntaxException _) {
            return null;
        }
    }

    /// The child may work in another folder. An empty entry is the working directory.
    private static String absolute(String path) {
        return path.isEmpty()
                ? ""
                : String.join(
                        File.pathSeparator,
                        Stream.of(path.split(File.pathSeparator, -1))
                                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                                .toList());
    }
}
