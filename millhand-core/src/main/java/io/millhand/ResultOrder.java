package io.millhand;

/// In which order the results of many tasks are read.
public enum ResultOrder {
    /// As submitted. A slow task holds back those behind it, up to the window.
    INPUT,
    /// As they end.
    COMPLETION
}
