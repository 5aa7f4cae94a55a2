package io.millhand.cli;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/// Loads the user's classes in the child. They see the JDK, their own class path and Millhand's public types (so that a
/// function may ask `TaskContext`), but none of the libraries that the command itself is made with.
final class FunctionLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private static final String LIBRARY = "io.millhand.";
    private static final String COMMAND = FunctionLoader.class.getPackageName() + '.';

    FunctionLoader(ClassPath classPath) {
        super(
                classPath.entries().stream().map(FunctionLoader::url).toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(LIBRARY) && !name.startsWith(COMMAND)) {
            try {
                return FunctionLoader.class.getClassLoader().loadClass(name);
            } catch (ClassNotFoundException _) {
                return super.loadClass(name, resolve);
            }
        }
        return super.loadClass(name, resolve);
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("class path entry " + entry + " has no URL", e);
        }
    }
}
