package io.millhand.process;

import io.millhand.spi.SharedValue;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the recording of a crash had its classes. What this child has on its own class path is that of whoever
/// replays:
/// of that only Millhand is seen, unless the paths are the same.
final class RecordedClasses {

    /// Initializer and task must see the same classes.
    private static final Map<String, RecordedClasses> KNOWN = new ConcurrentHashMap<>();

    private final ClassLoader loader;

    private RecordedClasses(ClassLoader loader) {
        this.loader = loader;
    }

    static RecordedClasses of(String classPath, String modulePath) {
        var own = Recording.Code.own();
        boolean same = own.classPath().equals(classPath) && own.modulePath().equals(modulePath);
        return KNOWN.computeIfAbsent(
                classPath + "\n" + modulePath,
                _ -> new RecordedClasses(same ? ClassLoader.getSystemClassLoader() : Loader.of(classPath, modulePath)));
    }

    /// Decodes, and leaves the thread with these classes. Runs user code.
    ///
    /// @param shared the values that it may refer to, encoded, by number
    Object decode(byte[] encoded, Map<Long, byte[]> shared) throws IOException, ClassNotFoundException {
        Thread.currentThread().setContextClassLoader(loader);
        var decoded = Codec.decodeTask(new ByteArrayInputStream(encoded), loader, new Parts(shared));
        return Objects.requireNonNull(decoded, "what was recorded");
    }

    private final class Parts implements TaskParts {
        private final Map<Long, byte[]> shared;

        Parts(Map<Long, byte[]> shared) {
            this.shared = shared;
        }

        @Override
        public SharedValue find(long id) {
            byte[] value = shared.get(id);
            return value == null ? SharedValue.gone() : SharedValue.readFrom(() -> decode(value, shared));
        }

        @Override
        public @Nullable InputStream encoded(long id) {
            byte[] value = shared.get(id);
            return value == null ? null : new ByteArrayInputStream(value);
        }
    }

    private static final class Loader extends URLClassLoader {

        private static final String LIBRARY = "io.millhand.";

        private Loader(URL[] places) {
            super(places, ClassLoader.getPlatformClassLoader());
        }

        static Loader of(String classPath, String modulePath) {
            return new Loader(Stream.concat(places(classPath), modules(modulePath))
                    .map(Loader::url)
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
                    return RecordedClasses.class.getClassLoader().loadClass(name);
                } catch (ClassNotFoundException _) {
                    return super.loadClass(name, resolve);
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
