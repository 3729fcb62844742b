#!/bin/sh
# That the benchmarks build and run. What they measure is not judged.
BENCH_QUICK=1 exec "$(dirname "$0")/run.sh"
