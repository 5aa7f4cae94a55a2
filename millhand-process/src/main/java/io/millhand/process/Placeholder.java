package io.millhand.process;

/// Stands in for the sources to come: javac refuses to export an empty package.
public interface Placeholder {}
