package io.millhand.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Where a task is read.
///
/// @param loader of the user's code
/// @param parts what came before it
/// @param own the code that came with it
/// @param arrays those that came with it, taken as they are met
record TaskScope(ClassLoader loader, TaskParts parts, Map<Integer, CodeSite> own, Iterator<byte[]> arrays) {

    TaskScope(ClassLoader loader, TaskParts parts, List<byte[]> arrays) {
        this(loader, parts, Map.of(), arrays.iterator());
    }

    TaskScope(ClassLoader loader, TaskParts parts) {
        this(loader, parts, List.of());
    }

    TaskScope with(List<byte[]> others) {
        return new TaskScope(loader, parts, own, others.iterator());
    }

    TaskScope with(Map<Integer, CodeSite> more) {
        var all = new HashMap<>(own);
        all.putAll(more);
        return new TaskScope(loader, parts, all, arrays);
    }

    /// Puts an object into the form of JDK serialization and reads it from there, with all that this JVM asks and runs
    /// on the way.
    Object reread(Object object) throws IOException, ClassNotFoundException {
        return Codec.reread(object, this);
    }

    /// The code of a lambda.
    ///
    /// @throws IOException where it has not come
    CodeSite site(int number) throws IOException {
        var with = own.get(number);
        var site = with == null ? parts.site(number) : with;
        if (site == null) {
            throw new ProtocolException("code must have come before the tasks that run it, was number " + number);
        }
        return site;
    }

    /// The function of a map.
    ///
    /// @throws IOException where it has not come
    InputStream function(long id) throws IOException {
        var encoded = parts.encoded(id);
        if (encoded == null) {
            throw new ProtocolException("a function must have come before its inputs, was number " + id);
        }
        return encoded;
    }
}
