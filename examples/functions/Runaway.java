import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Misbehaves in every way that a thread pool would not survive.
///
/// ```
/// ./millhand map examples/functions/Runaway.java --range 1..20 --timeout 2s
/// ```
///
/// Of the 20 inputs 12 answer, whatever the others do. 5, 10, 15 and 20 loop forever and time out. 3, 8, 13 and 18 end
/// their JVM: by `exit`, by `halt`, by an exhausted heap and by a crash in native code. The command ends with code 1,
/// and no process is left.
public final class Runaway {

    public static String run(int n) throws Throwable {
        switch (n) {
            case 5, 10, 15, 20 -> loop();
            case 3 -> System.exit(3);
            case 8 -> Runtime.getRuntime().halt(8);
            case 13 -> exhaustTheHeap();
            case 18 -> crash();
            default -> {}
        }
        return n + " is fine";
    }

    private static void loop() {
        long turns = 0;
        while (turns >= 0) {
            turns = (turns + 1) & Long.MAX_VALUE;
        }
    }

    /// 16 GiB at a time, so that the end comes at once however large the heap is.
    private static void exhaustTheHeap() {
        List<long[]> hoard = new ArrayList<>();
        while (true) {
            hoard.add(new long[Integer.MAX_VALUE]);
        }
    }

    /// Asks the C library for the length of a string at address 0.
    private static void crash() throws Throwable {
        var linker = Linker.nativeLinker();
        var strlen = linker.downcallHandle(
                linker.defaultLookup().find("strlen").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        long length = (long) strlen.invoke(MemorySegment.NULL);
        System.out.println("the string at address 0 has " + length + " characters");
    }
}
