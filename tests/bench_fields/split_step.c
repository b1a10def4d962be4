// Gross-Pitaevskii split step on 512² with FFTW: what the field engine's transforms are measured against.
//
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=double split_step.c -o split_step -lfftw3_omp -lfftw3 -lmvec -lm
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=float -DSINGLE split_step.c -o split_step -lfftw3f_omp -lfftw3f -lmvec -lm
//   ./split_step check 50        # a checksum after 50 steps, as the example bench_fields prints it
//
// Strang: half a kinetic step in the spectrum is joined with the next, so that a step is one transform there and back, one
// multiplication, and one rotation by exp(-i dt |psi|²).
#include <fftw3.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef SINGLE
#define F(x) fftwf_##x
#else
#define F(x) fftw_##x
#endif
#ifndef REAL
#define REAL double
#endif
typedef REAL real;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

// Rows at a time, in two functions: in one, gcc would make them one scalar call of sincos.
enum { ROW = 512 };
__attribute__((noinline)) static void cosines(const real *restrict u, real *restrict a) {
#ifdef SINGLE
  for (int k = 0; k < ROW; k++) a[k] = cosf(u[k]);
#else
  for (int k = 0; k < ROW; k++) a[k] = cos(u[k]);
#endif
}
__attribute__((noinline)) static void sines(const real *restrict u, real *restrict a) {
#ifdef SINGLE
  for (int k = 0; k < ROW; k++) a[k] = sinf(u[k]);
#else
  for (int k = 0; k < ROW; k++) a[k] = sin(u[k]);
#endif
}

static int n = 512;
static long cells;
static real *psi, *kin;
static F(plan) there, back;

// exp(-i t |psi|²) psi.
static void rotate(real t) {
#pragma omp parallel for
  for (long row = 0; row < cells / ROW; row++) {
    real *q = psi + 2 * ROW * row, phase[ROW], cosine[ROW], sine[ROW];
    for (int k = 0; k < ROW; k++) phase[k] = -t * (q[2 * k] * q[2 * k] + q[2 * k + 1] * q[2 * k + 1]);
    cosines(phase, cosine), sines(phase, sine);
    for (int k = 0; k < ROW; k++) {
      real x = q[2 * k], y = q[2 * k + 1], a = cosine[k], b = sine[k];
      q[2 * k] = x * a - y * b, q[2 * k + 1] = x * b + y * a;
    }
  }
}

static void kinetic(void) {
  F(execute)(there);
#pragma omp parallel for
  for (long c = 0; c < cells; c++) {
    real x = psi[2 * c], y = psi[2 * c + 1], a = kin[2 * c], b = kin[2 * c + 1];
    psi[2 * c] = x * a - y * b, psi[2 * c + 1] = x * b + y * a;
  }
  F(execute)(back);
}

int main(int argc, char **argv) {
  int check = argc > 2 && !strcmp(argv[1], "check"), bursts = argc > 1 && !check ? atoi(argv[1]) : 8;
  cells = (long)n * n;
  F(init_threads)();
  F(plan_with_nthreads)(omp_get_max_threads());
  psi = (real *)F(malloc)(sizeof(real) * 2 * cells);
  kin = (real *)F(malloc)(sizeof(real) * 2 * cells);
  F(complex) *p = (F(complex) *)psi;
  there = F(plan_dft_2d)(n, n, p, p, FFTW_FORWARD, FFTW_MEASURE);
  back = F(plan_dft_2d)(n, n, p, p, FFTW_BACKWARD, FFTW_MEASURE);
  const double dt = 0.001;
  for (long c = 0; c < cells; c++) {
    double j = c / n, k = c % n;
    psi[2 * c] = exp(-0.001 * ((j - 256) * (j - 256) + (k - 256) * (k - 256)));
    psi[2 * c + 1] = 0;
    double kj = j < n / 2 ? j : j - n, kk = k < n / 2 ? k : k - n;
    double e = -dt * 0.5 * 0.01 * (kj * kj + kk * kk);
    kin[2 * c] = cos(e) / cells, kin[2 * c + 1] = sin(e) / cells;
  }
  if (check) {
    rotate(dt / 2);
    for (int t = 0, steps = atoi(argv[2]); t < steps; t++) kinetic(), rotate(t < steps - 1 ? dt : dt / 2);
    double all = 0;
    for (long c = 0; c < cells; c++)
      all += (1 + c % 7) * ((double)psi[2 * c] * psi[2 * c] + (double)psi[2 * c + 1] * psi[2 * c + 1]);
    printf("%.15e\n", all);
    return 0;
  }
  int steps = 1;
  double best = 0;
  for (int burst = 0; burst < bursts; burst++) {
    double began = now();
    for (int t = 0; t < steps; t++) kinetic(), rotate(dt);
    double seconds = now() - began, rate = steps * (double)cells / seconds / 1e6;
    if (burst > 0 && rate > best) best = rate;
    steps = (int)(0.08 * rate * 1e6 / cells);
    if (steps < 1) steps = 1;
  }
  printf("%.1f %g\n", best, (double)psi[2 * (cells / 2 + n / 2)]);
  return 0;
}
