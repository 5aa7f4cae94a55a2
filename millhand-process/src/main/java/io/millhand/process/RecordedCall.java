package io.millhand.process;

import io.millhand.SerializableCallable;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// A task out of the folder of a crash: the encoded call, decoded and run in the child, with the classes of then.
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedCall(byte[] encoded, String classPath, String modulePath) implements SerializableCallable<String> {

    @Override
    public String call() throws Exception {
        var loader = Classes.of(classPath, modulePath);
        Thread.currentThread().setContextClassLoader(loader);
        var task = (Callable<?>)
                Objects.requireNonNull(Codec.decodeTask(new ByteArrayInputStream(encoded), loader), "the encoded task");
        var result = RunningAttempt.resultOf(task);
        Codec.encode(result, Integer.MAX_VALUE); // as the first time: this is what may have crashed
        return String.valueOf(result);
    }

    /// Where the recording had its classes. What this JVM has on its own class path is that of Millhand and of whoever
    /// replays: of that only Millhand is seen, and all of it where the paths are the same.
    private static final class Classes extends URLClassLoader {

        private static final String LIBRARY = "io.millhand.";

        private Classes(URL[] places) {
            super(places, ClassLoader.getPlatformClassLoader());
        }

        static ClassLoader of(String classPath, String modulePath) {
            var own = Recording.Code.own();
            boolean same = own.classPath().equals(classPath) && own.modulePath().equals(modulePath);
            return same
                    ? ClassLoader.getSystemClassLoader()
                    : new Classes(Stream.concat(places(classPath), modules(modulePath))
                            .map(Classes::url)
                            .toArray(URL[]::new));
        }

        private static Stream<Path> places(String path) {
            return Arrays.stream(path.split(File.pathSeparator, -1))
                    .filter(entry -> !entry.isEmpty())
                    .map(Path::of);
        }

        /// A folder of the module path is a module, or holds modules.
        private static Stream<Path> modules(String modulePath) {
            return places(modulePath).flatMap(place -> {
                File[] jars = place.toFile().listFiles((_, name) -> name.endsWith(".jar"));
                return jars == null || jars.length == 0
                        ? Stream.of(place)
                        : Arrays.stream(jars).sorted().map(File::toPath);
            });
        }

        private static URL url(Path place) {
            try {
                return place.toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException("class path entry " + place + " has no URL", e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(LIBRARY)) {
                try {
                    return RecordedCall.class.getClassLoader().loadClass(name);
                } catch (ClassNotFoundException _) {
                    return super.loadClass(name, resolve);
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
