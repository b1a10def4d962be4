// Complex Ginzburg-Landau on 512² by exponential Runge-Kutta of order 4 with FFTW: what the field engine's spectral methods are
// measured against.
//
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=double exponential.c -o exponential -lfftw3_omp -lfftw3 -lmvec -lm
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=float -DSINGLE exponential.c -o exponential -lfftw3f_omp -lfftw3f -lmvec -lm
//   ./exponential check 20        # a checksum after 20 steps, as the example bench_fields prints it
//
// Cox and Matthews (2002), equations 26-29: eight transforms a step, each pointwise pass fused. The linear part depends on the square of
// the wave number alone, its coefficients are tables of 512² complex numbers. They are found in double precision by means over a circle of
// 32 points (Kassam and Trefethen 2005). Transforms are in place.
#include <complex.h>
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

enum { N = 512 };
static const long cells = (long)N * N;
static const double beta = 0.5, gamma_ = -1.5, dt = 0.05;

// Interleaved complex numbers: real parts at 2c, imaginary ones at 2c + 1.
static real *e, *e2, *q, *f1, *f2, *f3;                // coefficients
static real *v, *nv, *na, *nb, *a, *w;                 // spectra, and the values at the cells
static F(plan) there[4], back;                         // into nv, na, nb and in place in w; from w

static real *array(void) { return (real *)F(malloc)(sizeof(real) * 2 * cells); }

#define MUL(x, m, c) \
  real x##r = m[2 * c], x##i = m[2 * c + 1];
#define TIMES_R(x, y) (x##r * y##r - x##i * y##i)
#define TIMES_I(x, y) (x##r * y##i + x##i * y##r)

// From values in w to those of the rest, -(1 + i gamma) |w|² w, scaled for the inverse transform that comes.
static void react(real *restrict x) {
  const real g = (real)gamma_, scale = (real)-1;
#pragma omp parallel for
  for (long c = 0; c < cells; c++) {
    real r = x[2 * c], i = x[2 * c + 1], m = scale * (r * r + i * i);
    x[2 * c] = m * (r - g * i), x[2 * c + 1] = m * (i + g * r);
  }
}

// The spectrum of the rest of the field whose scaled spectrum is in x; in place.
static void rest(real *x, int which) {
  F(complex) *p = (F(complex) *)x;
  F(execute_dft)(back, p, p);
  react(x);
  F(execute_dft)(there[which], p, p);
}

static void step(void) {
  const real over = (real)(1.0 / cells);
#pragma omp parallel for
  for (long c = 0; c < 2 * cells; c++) nv[c] = v[c] * over;
  rest(nv, 0);
#pragma omp parallel for
  for (long c = 0; c < cells; c++) {
    MUL(h, e2, c) MUL(u, v, c) MUL(k, q, c) MUL(n, nv, c)
    real x = TIMES_R(h, u) + TIMES_R(k, n), y = TIMES_I(h, u) + TIMES_I(k, n);
    a[2 * c] = x, a[2 * c + 1] = y;
    na[2 * c] = x * over, na[2 * c + 1] = y * over;
  }
  rest(na, 1);
#pragma omp parallel for
  for (long c = 0; c < cells; c++) {
    MUL(h, e2, c) MUL(u, v, c) MUL(k, q, c) MUL(n, na, c)
    nb[2 * c] = over * (TIMES_R(h, u) + TIMES_R(k, n));
    nb[2 * c + 1] = over * (TIMES_I(h, u) + TIMES_I(k, n));
  }
  rest(nb, 2);
#pragma omp parallel for
  for (long c = 0; c < cells; c++) {
    MUL(h, e2, c) MUL(u, a, c) MUL(k, q, c)
    real nr = 2 * nb[2 * c] - nv[2 * c], ni = 2 * nb[2 * c + 1] - nv[2 * c + 1];
    w[2 * c] = over * (TIMES_R(h, u) + TIMES_R(k, n));
    w[2 * c + 1] = over * (TIMES_I(h, u) + TIMES_I(k, n));
  }
  rest(w, 3);
#pragma omp parallel for
  for (long c = 0; c < cells; c++) {
    MUL(h, e, c) MUL(u, v, c) MUL(k, f1, c) MUL(n, nv, c) MUL(l, f2, c) MUL(o, f3, c) MUL(t, w, c)
    real mr = na[2 * c] + nb[2 * c], mi = na[2 * c + 1] + nb[2 * c + 1];
    v[2 * c] = TIMES_R(h, u) + TIMES_R(k, n) + TIMES_R(l, m) + TIMES_R(o, t);
    v[2 * c + 1] = TIMES_I(h, u) + TIMES_I(k, n) + TIMES_I(l, m) + TIMES_I(o, t);
  }
}

static void put(real *to, long c, double complex x) { to[2 * c] = creal(x), to[2 * c + 1] = cimag(x); }

static void prepare(void) {
  enum { POINTS = 32 };
  // Values by the square of the whole wave numbers.
  for (long c = 0; c < cells; c++) {
    double j = c / N, k = c % N;
    if (j >= N / 2) j -= N;
    if (k >= N / 2) k -= N;
    double k2 = (2 * M_PI / N) * (2 * M_PI / N) * (j * j + k * k);
    double complex l = dt * (1 - (1 + I * beta) * k2), sums[4] = {0};
    for (int m = 0; m < POINTS; m++) {
      double complex z = l + cexp(2 * M_PI * I * (m + 0.5) / POINTS), x = cexp(z), z3 = z * z * z;
      sums[0] += (cexp(z / 2) - 1) / z;
      sums[1] += (-4 - z + x * (4 - 3 * z + z * z)) / z3;
      sums[2] += (2 + z + x * (z - 2)) / z3;
      sums[3] += (-4 - 3 * z - z * z + x * (4 - z)) / z3;
    }
    put(e, c, cexp(l)), put(e2, c, cexp(l / 2));
    put(q, c, dt * sums[0] / POINTS), put(f1, c, dt * sums[1] / POINTS);
    // Both middle stages come together with twice this.
    put(f2, c, 2 * dt * sums[2] / POINTS), put(f3, c, dt * sums[3] / POINTS);
  }
}

int main(int argc, char **argv) {
  int check = argc > 2 && !strcmp(argv[1], "check"), bursts = argc > 1 && !check ? atoi(argv[1]) : 6;
  F(init_threads)();
  F(plan_with_nthreads)(omp_get_max_threads());
  real **all[] = {&e, &e2, &q, &f1, &f2, &f3, &v, &nv, &na, &nb, &a, &w};
  for (int m = 0; m < 12; m++) *all[m] = array(), memset(*all[m], 0, sizeof(real) * 2 * cells);
  F(complex) *p = (F(complex) *)w;
  for (int m = 0; m < 4; m++) there[m] = F(plan_dft_2d)(N, N, p, p, FFTW_FORWARD, FFTW_MEASURE);
  back = F(plan_dft_2d)(N, N, p, p, FFTW_BACKWARD, FFTW_MEASURE);
  prepare();
  for (long c = 0; c < cells; c++) v[2 * c] = 0.5 * sin(0.1 * (c / N)), v[2 * c + 1] = 0.5 * cos(0.07 * (c % N));
  F(execute_dft)(there[0], (F(complex) *)v, (F(complex) *)v);
  if (check) {
    for (int t = 0, steps = atoi(argv[2]); t < steps; t++) step();
    F(execute_dft)(back, (F(complex) *)v, (F(complex) *)v);
    double sum = 0;
    for (long c = 0; c < cells; c++) {
      double x = v[2 * c] / (double)cells, y = v[2 * c + 1] / (double)cells;
      sum += (1 + c % 7) * (x * x + y * y);
    }
    printf("%.15e\n", sum);
    return 0;
  }
  int steps = 1;
  double best = 0;
  for (int burst = 0; burst < bursts; burst++) {
    double began = now();
    for (int t = 0; t < steps; t++) step();
    double rate = steps * (double)cells / (now() - began) / 1e6;
    if (burst > 0 && rate > best) best = rate;
    steps = (int)(0.1 * rate * 1e6 / cells);
    if (steps < 1) steps = 1;
  }
  printf("%.2f %g\n", best, (double)v[2]);
  return 0;
}
