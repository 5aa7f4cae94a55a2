package io.millhand.process;

import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/// What a lambda in a stream says of itself.
final class Lambdas {

    private Lambdas() {}

    /// The class that it was written in.
    static String site(SerializedLambda lambda) {
        return lambda.getCapturingClass().replace('/', '.');
    }

    /// What a captured value is called.
    ///
    /// @param index from 0
    static String captured(@Nullable SerializedLambda lambda, int index) {
        if (lambda == null) {
            return "captured value " + (index + 1);
        }
        boolean capturesThis = isInstanceMethod(lambda.getImplMethodKind())
                && lambda.getImplMethodName().startsWith("lambda$");
        if (capturesThis && index == 0) {
            return "captured 'this', which the lambda in method '" + methodOf(lambda) + "' uses";
        }
        return "captured value " + (capturesThis ? index : index + 1);
    }

    private static boolean isInstanceMethod(int kind) {
        return kind == MethodHandleInfo.REF_invokeVirtual
                || kind == MethodHandleInfo.REF_invokeSpecial
                || kind == MethodHandleInfo.REF_invokeInterface;
    }

    /// `lambda$render$3` is a lambda in `render`.
    private static String methodOf(SerializedLambda lambda) {
        String name = lambda.getImplMethodName();
        int begin = name.indexOf('$') + 1;
        int end = name.indexOf('$', begin);
        return end < 0 ? name : name.substring(begin, end);
    }
}
