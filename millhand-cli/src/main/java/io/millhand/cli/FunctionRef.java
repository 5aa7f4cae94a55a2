package io.millhand.cli;

import java.io.Serializable;

/// Names a function for a child, which loads it from there.
///
/// @param classPath absolute paths, joined as on a command line
/// @param owner the binary name of the class
/// @param method the name of the public static method
/// @param parameter the type of its only parameter
/// @param json whether every result is wanted as JSON; otherwise only records, lists, maps and the like are
record FunctionRef(String classPath, String owner, String method, Parameter parameter, boolean json)
        implements Serializable {}
