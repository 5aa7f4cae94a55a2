import org.jspecify.annotations.NullMarked;

/// Appenders of Logback and Log4j 2 that send what tasks log in child JVMs to their submitter. Each of the two may be
/// absent.
@NullMarked
module io.millhand.logging {
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires static org.slf4j;
    requires static transitive ch.qos.logback.classic;
    requires static transitive ch.qos.logback.core;
    requires static transitive org.apache.logging.log4j;
    requires static transitive org.apache.logging.log4j.core;
    requires io.millhand;

    exports io.millhand.logging;
}
