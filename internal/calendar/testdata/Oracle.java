import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The second opinion on calendar arithmetic: java.time, which shares nothing with the Go code under test.
 *
 *   java Oracle.java digest      one line a year: the year and a digest of all its rows
 *   java Oracle.java year 1987   the rows of one year, to narrow a difference down
 *   java Oracle.java table       the recorded table: every month end, and both last days of a leap February
 *
 * A row is a day, its weekday, its distance from 1970-01-01, and for each period the day reached and how far away it is.
 */
class Oracle {
    static final Period[] PERIODS = {
        Period.ofMonths(1), Period.ofMonths(2), Period.ofMonths(3), Period.ofMonths(6), Period.ofMonths(12),
        Period.ofMonths(18), Period.ofMonths(24), Period.ofMonths(36),
        Period.ofYears(1), Period.ofYears(2), Period.ofYears(3), Period.ofYears(4), Period.ofYears(5),
        Period.ofDays(7), Period.ofDays(14), Period.ofDays(30), Period.ofDays(90),
        Period.of(0, 1, 14), Period.ofMonths(-1), Period.ofMonths(-3), Period.ofMonths(-12), Period.ofDays(-90),
    };
    static final LocalDate EPOCH = LocalDate.of(1970, 1, 1);
    static final int FIRST_YEAR = 1970, LAST_YEAR = 2100;

    public static void main(String[] args) {
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16));
        switch (args[0]) {
            case "digest":
                for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
                    out.print(year + " " + Long.toHexString(digest(year)) + "\n");
                }
                break;
            case "year":
                int only = Integer.parseInt(args[1]);
                for (LocalDate d = LocalDate.of(only, 1, 1); d.getYear() == only; d = d.plusDays(1)) {
                    out.print(row(d));
                }
                break;
            case "table":
                for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
                    for (int month = 1; month <= 12; month++) {
                        LocalDate end = LocalDate.of(year, month, 1).plusMonths(1).minusDays(1);
                        if (end.getDayOfMonth() == 29) {
                            out.print(recorded(end.minusDays(1)));
                        }
                        out.print(recorded(end));
                    }
                }
                break;
            default:
                throw new IllegalArgumentException(args[0]);
        }
        out.flush();
    }

    /** FNV-1a, 64 bits, over the year's rows. */
    static long digest(int year) {
        long hash = 0xcbf29ce484222325L;
        for (LocalDate d = LocalDate.of(year, 1, 1); d.getYear() == year; d = d.plusDays(1)) {
            String row = row(d);
            for (int i = 0; i < row.length(); i++) {
                hash = (hash ^ row.charAt(i)) * 0x100000001b3L;
            }
        }
        return hash;
    }

    static String row(LocalDate d) {
        StringBuilder b = start(d);
        for (Period p : PERIODS) {
            LocalDate sum = d.plus(p);
            b.append(' ').append(sum).append('/').append(ChronoUnit.DAYS.between(d, sum));
        }
        return b.append('\n').toString();
    }

    static String recorded(LocalDate d) {
        StringBuilder b = start(d);
        for (Period p : new Period[] {Period.ofMonths(1), Period.ofMonths(3), Period.ofYears(1), Period.ofYears(4), Period.ofDays(90)}) {
            b.append(' ').append(d.plus(p));
        }
        return b.append('\n').toString();
    }

    static StringBuilder start(LocalDate d) {
        DayOfWeek weekday = d.getDayOfWeek();
        return new StringBuilder(600).append(d).append(' ')
            .append(weekday.getDisplayName(TextStyle.FULL, Locale.ENGLISH)).append(' ')
            .append(ChronoUnit.DAYS.between(EPOCH, d));
    }
}
