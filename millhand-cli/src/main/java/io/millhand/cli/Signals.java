package io.millhand.cli;

import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.function.IntConsumer;

/// Tells of SIGINT, SIGTERM and SIGHUP instead of letting them end this JVM.
///
/// By reflection on `sun.misc.Signal`: a shutdown hook learns of the first signal only and cannot say which it was,
/// while javac warns of every use of that class by name. The class is exported by `jdk.unsupported` for want of a
/// replacement, and the JVM prints no warning. Where it is missing, signals do what they do in any Java program.
final class Signals {

    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15, "HUP", 1);

    private Signals() {}

    /// @param handler called with the number of each signal, on a thread of the JVM
    static void handle(IntConsumer handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            var lookup = MethodHandles.publicLookup();
            var accept = lookup.findVirtual(IntConsumer.class, "accept", MethodType.methodType(void.class, int.class))
                    .bindTo(handler);
            var register = signal.getMethod("handle", signal, type);
            for (var entry : NUMBERS.entrySet()) {
                var told = MethodHandles.insertArguments(accept, 0, entry.getValue());
                register.invoke(
                        null,
                        signal.getConstructor(String.class).newInstance(entry.getKey()),
                        MethodHandleProxies.asInterfaceInstance(type, MethodHandles.dropArguments(told, 0, signal)));
            }
        } catch (ReflectiveOperationException | IllegalArgumentException _) {
            // the JVM's own handling stays; exit codes are the same, results under way are lost
        }
    }
}
