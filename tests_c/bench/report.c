#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

void series_add(struct series *series, double ours, double reference)
{
	CHECK(series->count < MOST_ROUNDS);
	series->ours[series->count] = ours;
	series->reference[series->count] = reference;
	series->count++;
}

void alternate(struct series *series, double (*ours)(void *), double (*reference)(void *), void *context)
{
	/* The first run of each, which finds caches cold and buffers small, does not count. */
	if (!quick) {
		ours(context);
		reference(context);
	}
	for (int i = 0; i < rounds(); i++) {
		double first = i % 2 == 0 ? ours(context) : reference(context);
		double second = i % 2 == 0 ? reference(context) : ours(context);

		if (i % 2 == 0)
			series_add(series, first, second);
		else
			series_add(series, second, first);
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const double *values, int count)
{
	double sorted[MOST_ROUNDS];

	for (int i = 0; i < count; i++)
		sorted[i] = values[i];
	qsort(sorted, (size_t)count, sizeof *sorted, compare);
	return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

/* The least (sign 1) or the most (sign -1). */
static double extreme(const double *values, int count, int sign)
{
	double found = values[0];

	for (int i = 1; i < count; i++) {
		if (values[i] * sign < found * sign)
			found = values[i];
	}
	return found;
}

static void print_value(double value, const char *unit)
{
	char text[64];
	int digits = value < 10 ? 2 : value < 100 ? 1 : 0;

	if (value == (long)value)
		digits = 0;
	snprintf(text, sizeof text, "%.*f %s", digits, value, unit);
	printf(" %14s", text);
}

static void print_limit(const struct line *line, double limit)
{
	char text[32];

	if (limit == 0)
		snprintf(text, sizeof text, "-");
	else
		snprintf(text, sizeof text, "%s%g", line->better == MORE_IS_BETTER ? ">=" : "<=", limit);
	printf(" %7s", text);
}

static int reaches(const struct line *line, double value, double limit)
{
	return line->better == MORE_IS_BETTER ? value >= limit : value <= limit;
}

void print_head(void)
{
	printf("%-38s %14s %14s %6s %6s %6s %7s %7s\n", "", "ours", "reference", "ratio", "min", "max", "must", "aim");
}

void print_line(const struct line *line, const struct series *series)
{
	double ratios[MOST_ROUNDS];
	double judged = median(series->ours, series->count);

	if (quick)
		return;
	printf("%-38s", line->name);
	print_value(judged, line->unit);
	if (series->reference[0] > 0) {
		double ratio;

		for (int i = 0; i < series->count; i++)
			ratios[i] = series->ours[i] / series->reference[i];
		ratio = median(ratios, series->count);
		print_value(median(series->reference, series->count), line->unit);
		printf(" %6.2f %6.2f %6.2f", ratio, extreme(ratios, series->count, 1), extreme(ratios, series->count, -1));
		if (line->judged == BY_RATIO)
			judged = ratio;
	} else {
		printf(" %14s %6s %6s %6s", "-", "-", "-", "-");
	}
	print_limit(line, line->must);
	print_limit(line, line->aim);
	if (line->must != 0 && !reaches(line, judged, line->must))
		printf("  MISSED");
	else if (line->aim != 0 && reaches(line, judged, line->aim))
		printf("  aim");
	else if (line->must != 0)
		printf("  must");
	printf("\n");
}
