# Sourced by peers.sh, which sets `here`, `java` and `pool`, before npm.sh takes `--install` away: gets PP4J below
# bench/target, compiles its program, and sets `pp4j`, the class path of that program.

pp4j_folder=$here/target/peers/pp4j
if [ "${1:-}" = --install ]; then
    for artifact in net.viktorc:pp4j:2.2 org.apache.commons:commons-pool2:2.4.2 org.slf4j:slf4j-api:1.7.25; do
        (cd / && mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
            -Dartifact="$artifact" -DoutputDirectory="$pp4j_folder" >&2)
    done
fi

pp4j=$pool:$pp4j_folder/classes
for jar in "$pp4j_folder"/*.jar; do
    pp4j=$pp4j:$jar
done
if [ -e "$jar" ]; then
    "${java}c" -cp "$pp4j" -d "$pp4j_folder/classes" "$here/peers/Pp4jPool.java"
fi
