package io.millhand.process;

import io.millhand.spi.SharedValue;

/// A shared value that a task needs, encoded.
record SharedLoad(SharedValue value, EncodedCall encoded) {}
