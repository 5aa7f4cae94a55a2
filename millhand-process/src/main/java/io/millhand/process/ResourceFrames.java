package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The bodies of the frames that carry classes and other resources to a child.
final class ResourceFrames {

    private ResourceFrames() {}

    /// What a RESOURCE_REQUEST frame says.
    ///
    /// ```
    ///   0         4         8      9
    ///   +---------+---------+------+------------
    ///   | request | loader  | all  | name (text)
    ///   | int     | int     | byte |
    ///   +---------+---------+------+------------
    /// ```
    ///
    /// @param request its number, counted by the child
    /// @param loader the parent's loader to be asked, see [ClassServer]
    /// @param all every resource of that name, or the first one only
    /// @param name with slashes: `com/acme/Job.class`
    record Request(int request, int loader, boolean all, String name) {

        Frame toFrame() {
            return new Frame(FrameKind.RESOURCE_REQUEST, 0, 0, Wire.write(out -> {
                out.writeInt(request);
                out.writeInt(loader);
                out.writeBoolean(all);
                Wire.writeText(out, name);
            }));
        }

        static Request decode(byte[] body) throws IOException {
            var in = new DataInputStream(new ByteArrayInputStream(body));
            int request = Wire.readInt(in, "the number of a request");
            int loader = Wire.readInt(in, "a class loader");
            Wire.ensureLeft(in, 1, "whether all are asked for");
            return new Request(request, loader, in.readBoolean(), Wire.readText(in));
        }
    }

    /// What a RESOURCE frame says.
    ///
    /// ```
    ///   0         4                4 + n   8 + n
    ///   +---------+----------------+-------+--------------------------------
    ///   | request | where (text)   | count | count x (length (int), bytes)
    ///   | int     |                | int   |
    ///   +---------+----------------+-------+--------------------------------
    /// ```
    ///
    /// @param request the number of the request
    /// @param where it was looked for, and what was wrong if anything was; for messages
    /// @param contents what was found
    record Answer(int request, String where, List<byte[]> contents) {

        Frame toFrame() {
            return new Frame(FrameKind.RESOURCE, 0, 0, Wire.write(out -> {
                out.writeInt(request);
                Wire.writeText(out, where);
                out.writeInt(contents.size());
                for (byte[] content : contents) {
                    out.writeInt(content.length);
                    out.write(content);
                }
            }));
        }

        static Answer decode(byte[] body) throws IOException {
            var in = new DataInputStream(new ByteArrayInputStream(body));
            int request = Wire.readInt(in, "the number of a request");
            String where = Wire.readText(in);
            int count = Wire.readInt(in, "a number of resources");
            if (count < 0 || count > in.available() / Integer.BYTES) {
                throw new ProtocolException("number of resources must be 0 to " + in.available() / Integer.BYTES
                        + " in " + in.available() + " bytes, was " + count);
            }
            var contents = new ArrayList<byte[]>();
            for (int i = 0; i < count; i++) {
                int length = Wire.readInt(in, "the length of a resource");
                if (length < 0 || length > in.available()) {
                    throw new ProtocolException("resource must have 0 to " + in.available() + " bytes, had " + length);
                }
                contents.add(in.readNBytes(length));
            }
            return new Answer(request, where, List.copyOf(contents));
        }
    }
}
