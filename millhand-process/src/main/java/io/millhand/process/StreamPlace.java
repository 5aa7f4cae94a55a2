package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import org.jspecify.annotations.Nullable;

/// Where an object is within the one that holds it. Elements of one whole share one name where they are weighed.
///
/// @param shared by all of its kind, for example `elements`
/// @param one of them: the text before the detail
/// @param detail an index, or the position of a key; null where there is only one of its kind
record StreamPlace(String shared, String one, @Nullable Integer detail) {

    private static final int LONGEST_KEY = 40;

    static final StreamPlace ROOT = new StreamPlace("", "", null);
    static final StreamPlace HIDDEN = new StreamPlace("", "", null);
    static final StreamPlace KEY = new StreamPlace("keys", "a key", -1);

    static StreamPlace field(String name) {
        return new StreamPlace("field '" + name + "'", "", null);
    }

    static StreamPlace element(int index) {
        return new StreamPlace("elements", "element ", index);
    }

    static StreamPlace valueOf(int key) {
        return new StreamPlace("values", "the value of ", key);
    }

    String text(byte[] bytes) {
        if (detail == null) {
            return shared;
        }
        return switch (shared) {
            case "elements" -> one + detail;
            case "values" -> one + keyAt(bytes, detail);
            default -> one;
        };
    }

    private static String keyAt(byte[] bytes, int position) {
        if (bytes[position] != ObjectStreamConstants.TC_STRING) {
            return "a key";
        }
        String key = textAt(bytes, position + 1);
        return "key '" + (key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY) + "...") + "'";
    }

    static String textAt(byte[] bytes, int position) {
        try {
            return new DataInputStream(new ByteArrayInputStream(bytes, position, bytes.length - position)).readUTF();
        } catch (IOException _) {
            return "?"; // cut, or not such a stream
        }
    }
}
