package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;

/** Left-aligned columns as Go's tabwriter makes them for runc: at least 12 wide, 3 blanks apart, last one ragged. */
final class Table {

    private static final int MINIMUM = 12;
    private static final int PADDING = 3;

    private final List<String[]> rows = new ArrayList<>();

    /** Adds a row; all rows have equally many cells. */
    Table row(String... cells) {
        rows.add(cells);
        return this;
    }

    @Override
    public String toString() {
        int columns = rows.isEmpty() ? 0 : rows.get(0).length;
        int[] widths = new int[columns];
        for (int column = 0; column < columns; column++) {
            widths[column] = MINIMUM;
            for (String[] row : rows) {
                widths[column] = Math.max(widths[column], length(row[column]) + PADDING);
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            for (int column = 0; column < columns - 1; column++) {
                text.append(row[column]).repeat(" ", widths[column] - length(row[column]));
            }
            text.append(row[columns - 1]).append('\n');
        }
        return text.toString();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
