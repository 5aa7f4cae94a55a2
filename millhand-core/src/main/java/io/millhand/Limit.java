package io.millhand;

/// How many attempts may run now, or how often one may start: a number that moves. Made by [Limits].
///
/// A limit is a description without state; the queue keeps what is in use and what was learned.
public sealed interface Limit permits FixedLimit, RateLimit, AdaptiveLimit {}
