import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/// The SHA-256 digest of files, in the form of `sha256sum`.
///
/// ```
/// find . -name '*.java' | ./millhand map examples/functions/Sha256.java - > sums
/// sha256sum --check --quiet sums
/// ```
///
/// One line for each file, the digest and its name; `sha256sum` then finds nothing to complain about.
public final class Sha256 {

    public static String digest(Path file) throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        try (InputStream content = Files.newInputStream(file)) {
            var buffer = new byte[64 * 1024];
            for (int length; (length = content.read(buffer)) > 0; ) {
                digest.update(buffer, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest()) + "  " + file;
    }
}
