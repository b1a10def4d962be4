// Kuramoto's oscillators, all coupled to all, 20 000 of them, classic Runge-Kutta: what the field engine is measured against.
//
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=double oscillators.c -o oscillators -lmvec -lm
//   OMP_NUM_THREADS=2 OMP_PROC_BIND=true ./oscillators
//   ./oscillators check 100       # a checksum after 100 steps, as the example bench_fields prints it
//
// The mean field: sines and cosines of each phase once a stage, their sums, then rates. The rates of a stage and the sines of the next
// are one pass over a block that stays in the first cache; a stage is one barrier. Sine and cosine are in two functions, for in one gcc
// would make them a scalar call of sincos.
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef REAL
#define REAL double
#endif
typedef REAL real;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

enum { N = 20000, BLOCK = 512, MOST = 64 };
static real u[N], x[N], added[N], omega[N], sine[N], cosine[N];
static double sums[2][MOST][8];  // by turns; each thread in a cache line of its own

__attribute__((noinline)) static void sines(const real *restrict from, real *restrict to, int n) {
  for (int k = 0; k < n; k++) to[k] = sizeof(real) == 8 ? (real)sin(from[k]) : (real)sinf(from[k]);
}
__attribute__((noinline)) static void cosines(const real *restrict from, real *restrict to, int n) {
  for (int k = 0; k < n; k++) to[k] = sizeof(real) == 8 ? (real)cos(from[k]) : (real)cosf(from[k]);
}

// Sines and cosines of phases from `first` to `last` with their sums.
static void gather(const real *from, int first, int last, double *sum) {
  for (int b = first; b < last; b += BLOCK) {
    int n = last - b < BLOCK ? last - b : BLOCK;
    sines(from + b, sine + b, n), cosines(from + b, cosine + b, n);
    double s = 0, c = 0;
    for (int k = b; k < b + n; k++) s += sine[k], c += cosine[k];
    sum[0] += s, sum[1] += c;
  }
}

static void run(int steps) {
  const real coupling = (real)1.5, dt = (real)0.05;
  const real ahead[3] = {dt / 2, dt / 2, dt}, weight[4] = {dt / 6, dt / 3, dt / 3, dt / 6};
#pragma omp parallel
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads(), turn = 0;
    int first = (int)((long)N * thread / threads), last = (int)((long)N * (thread + 1) / threads);
    sums[0][thread][0] = sums[0][thread][1] = 0;
    gather(u, first, last, sums[0][thread]);
    for (int t = 0; t < steps; t++)
      for (int stage = 0; stage < 4; stage++, turn = !turn) {
#pragma omp barrier
        double s = 0, c = 0;
        for (int other = 0; other < threads; other++) s += sums[turn][other][0], c += sums[turn][other][1];
        real ms = (real)(coupling * s / N), mc = (real)(coupling * c / N);
        double *next = sums[!turn][thread];
        next[0] = next[1] = 0;
        for (int b = first; b < last; b += BLOCK) {
          int end = b + BLOCK < last ? b + BLOCK : last;
          real w = weight[stage];
          if (stage == 3) {
            for (int k = b; k < end; k++) u[k] = added[k] + w * (omega[k] + ms * cosine[k] - mc * sine[k]);
          } else {
            real h = ahead[stage];
            const real *base = stage == 0 ? u : added;
            for (int k = b; k < end; k++) {
              real rate = omega[k] + ms * cosine[k] - mc * sine[k];
              x[k] = u[k] + h * rate;
              added[k] = base[k] + w * rate;
            }
          }
          gather(stage == 3 ? u : x, b, end, next);
        }
      }
  }
}

static void start(void) {
  for (int k = 0; k < N; k++) u[k] = 3 * sin(0.37 * k), omega[k] = 0.5 * cos(0.11 * k);
}

int main(int argc, char **argv) {
  start();
  if (argc > 2 && !strcmp(argv[1], "check")) {
    run(atoi(argv[2]));
    double all = 0;
    for (int k = 0; k < N; k++) all += (1 + k % 7) * (double)u[k] * u[k];
    printf("%.15e\n", all);
    return 0;
  }
  int bursts = argc > 1 ? atoi(argv[1]) : 8, steps = 4;
  double best = 0;
  for (int burst = 0; burst < bursts; burst++) {
    double began = now();
    run(steps);
    double rate = steps * (double)N / (now() - began) / 1e6;
    if (burst > 0 && rate > best) best = rate;
    steps = (int)(0.05 * rate * 1e6 / N);
    if (steps < 4) steps = 4;
  }
  printf("%.2f %g\n", best, (double)u[N / 3]);
  return 0;
}
