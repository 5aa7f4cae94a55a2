package io.millhand.process;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How the JVM of a child is started.
///
/// @param heapBytes the maximum heap of each child in bytes, at least 32 MiB; empty for an equal share of the memory
///     that this JVM leaves: (memory - maximum heap of this JVM - 64 MiB a child - 10 %) / children
/// @param options further options, as on the command line of `java`; neither `-Xmx` nor
///     `-XX:MaxHeapSize=`
/// @param launcher what goes before the `java` command and runs it, for example `systemd-run --scope`; empty for
/// nothing
/// @param environment variables that are added to those of this JVM, or replace them
/// @param javaHome the JDK of the children; empty for the one of this JVM. It must be the same build.
/// @param classPath where the children find their classes; empty for the class path and the module path of this JVM
/// @param properties the names of system properties of this JVM that are carried over to the children, as they are when
///     a child starts. Locale, time zone and encoding always are.
/// @param aotCache the folder of the AOT caches of children; empty for none
public record ChildJvm(
        OptionalLong heapBytes,
        List<String> options,
        List<String> launcher,
        Map<String, String> environment,
        Optional<Path> javaHome,
        Optional<ClassPath> classPath,
        List<String> properties,
        Optional<Path> aotCache) {

    /// Two names for the same thing. What an answer may have, for one, follows from `heapBytes`.
    private static final List<String> HEAP_OPTIONS = List.of("-Xmx", "-XX:MaxHeapSize=");

    /// Refuses what makes no sense.
    public ChildJvm {
        if (requireNonNull(heapBytes, "heapBytes").orElse(HeapSlice.LEAST_BYTES) < HeapSlice.LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "heap must be at least " + HeapSlice.LEAST_BYTES + " bytes, was " + heapBytes.getAsLong());
        }
        options = List.copyOf(options);
        for (String heap : HEAP_OPTIONS) {
            if (options.stream().anyMatch(option -> option.startsWith(heap))) {
                throw new IllegalArgumentException(
                        "jvmOptions must not hold " + heap + ", use heap(...); was " + options);
            }
        }
        launcher = List.copyOf(launcher);
        environment = Map.copyOf(environment);
        requireNonNull(javaHome, "javaHome");
        requireNonNull(classPath, "classPath");
        properties = List.copyOf(properties);
        requireNonNull(aotCache, "aotCache");
    }

    /// The JDK and the options of this JVM's children when nobody says otherwise.
    ///
    /// @return the defaults
    public static ChildJvm defaults() {
        return new ChildJvm(
                OptionalLong.empty(),
                List.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /// With another maximum heap.
    ///
    /// @param bytes of each child, at least 32 MiB
    /// @return the changed copy
    public ChildJvm heap(long bytes) {
        return new ChildJvm(
                OptionalLong.of(bytes), options, launcher, environment, javaHome, classPath, properties, aotCache);
    }

    /// With other further options.
    ///
    /// @param options as on the command line of `java`
    /// @return the changed copy
    public ChildJvm options(List<String> options) {
        return new ChildJvm(heapBytes, options, launcher, environment, javaHome, classPath, properties, aotCache);
    }

    /// With another command before `java`. It must become the `java` command (`exec`), since its process
    /// is taken for the child.
    ///
    /// @param launcher the words of the command
    /// @return the changed copy
    public ChildJvm launcher(List<String> launcher) {
        return new ChildJvm(heapBytes, options, launcher, environment, javaHome, classPath, properties, aotCache);
    }

    /// With other variables in the environment, beside those of this JVM.
    ///
    /// @param environment names and values
    /// @return the changed copy
    public ChildJvm environment(Map<String, String> environment) {
        return new ChildJvm(heapBytes, options, launcher, environment, javaHome, classPath, properties, aotCache);
    }

    /// With another JDK, of the same build as the one of this JVM.
    ///
    /// @param javaHome its folder, with `bin/java` in it
    /// @return the changed copy
    public ChildJvm javaHome(Path javaHome) {
        return new ChildJvm(
                heapBytes, options, launcher, environment, Optional.of(javaHome), classPath, properties, aotCache);
    }

    /// With another class path than the one of this JVM, and without its module path.
    ///
    /// @param classPath jars and folders; Millhand itself is added
    /// @return the changed copy
    public ChildJvm classPath(ClassPath classPath) {
        return new ChildJvm(
                heapBytes, options, launcher, environment, javaHome, Optional.of(classPath), properties, aotCache);
    }

    /// With other system properties of this JVM carried over.
    ///
    /// @param names of the properties
    /// @return the changed copy
    public ChildJvm properties(String... names) {
        return new ChildJvm(heapBytes, options, launcher, environment, javaHome, classPath, List.of(names), aotCache);
    }

    /// With a cache of what children load, see [ProcessWorkers#aotCache(Path)].
    ///
    /// @param folder made if it is not there; nobody but its user may write there
    /// @return the changed copy
    public ChildJvm aotCache(Path folder) {
        return new ChildJvm(
                heapBytes, options, launcher, environment, javaHome, classPath, properties, Optional.of(folder));
    }
}
