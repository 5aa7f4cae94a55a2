package io.millhand.spi;

/// A task in the form in which it travels, made by a [Carrier]. Independent of the worker that will get it.
public interface Payload {

    /// What it weighs.
    ///
    /// @return in bytes
    long bytes();
}
