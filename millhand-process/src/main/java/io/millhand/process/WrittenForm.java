package io.millhand.process;

import java.lang.invoke.SerializedLambda;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the writing side knows about a stream, and its bytes do not tell.
final class WrittenForm {

    /// A stream from elsewhere: each `writeObject` is taken to have written its fields first, as is proper.
    static final WrittenForm UNKNOWN = new WrittenForm(List.of(), null);

    private final List<SerializedLambda> lambdas;
    private final @Nullable BitSet fields;

    WrittenForm(List<SerializedLambda> lambdas, @Nullable BitSet fields) {
        this.lambdas = lambdas;
        this.fields = fields;
    }

    boolean isRead() {
        return fields == null;
    }

    boolean hasFieldsAt(int position) {
        return fields == null || hasMoreFieldsAt(position);
    }

    boolean hasMoreFieldsAt(int position) {
        if (fields == null || !fields.get(position)) {
            return false;
        }
        fields.clear(position);
        return true;
    }

    @Nullable
    SerializedLambda lambda(int index) {
        return index < lambdas.size() ? lambdas.get(index) : null;
    }
}
