// Stencil steps by hand, as fast as plain C gets: what the field engine is measured against.
//
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=double -c stencils.c && gcc -fopenmp stencils.o -o stencils -lmvec -lm
//   OMP_NUM_THREADS=2 OMP_PROC_BIND=true ./stencils diffusion
//   ./stencils diffusion check 100                              # a checksum after 100 steps, as the example bench_fields prints it
//
// Prints million cells a second, best of several short bursts, and the sum of the field after the bursts (it must not be
// optimised away). -ffast-math lets gcc use vector sines and reorder sums; linked without it, since
// it would flush subnormal numbers to 0, which the field engine does not (Gray-Scott's second species decays into them). Fields have one ghost
// cell on each side, filled by each thread for its own rows, and rows that begin at a cache line.
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

enum { LEAD = 16 };
static size_t row_length(int n) { return ((LEAD + n + 1 + 15) / 16 + 1) * 16; }

static int counter = 0;
static real *field(size_t length) {
  size_t shift = (size_t)(counter++ % 32) * 17 * 64;
  size_t large = 2 << 20, all = (length * sizeof(real) + shift + large) / large * large;
  char *p = aligned_alloc(large, all);
  madvise(p, all, MADV_HUGEPAGE);
  memset(p, 0, length * sizeof(real) + shift);
  return (real *)(p + shift);
}

// Rows of a thread.
static void rows_of(int n, int *first, int *last) {
  int t = omp_get_thread_num(), count = omp_get_num_threads();
  *first = (int)((long)n * t / count);
  *last = (int)((long)n * (t + 1) / count);
}

// Ghosts of the thread's rows, and images of its rows beyond the edges.
static inline void wrap_rows(real *u, int n, size_t s, int first, int last) {
  for (int j = first; j < last; j++) {
    real *row = u + (j + 1) * s + LEAD;
    row[-1] = row[n - 1];
    row[n] = row[0];
    if (j == 0) memcpy(u + (size_t)(n + 1) * s, row - LEAD, s * sizeof(real));
    if (j == n - 1) memcpy(u, row - LEAD, s * sizeof(real));
  }
}

static real sum(const real *u, int n, size_t s) {
  double all = 0;
  for (int j = 0; j < n; j++)
    for (int k = 0; k < n; k++) all += u[(j + 1) * s + LEAD + k];
  return (real)all;
}

// Diffusion, 1024².
static void diffusion_row(const real *restrict u, real *restrict v, int n, size_t s, real a) {
  for (int k = 0; k < n; k++) {
    real lap = u[k - 1] + u[k + 1] + (u[k - (long)s] + u[k + s]) - 4 * u[k];
    v[k] = u[k] + a * lap;
  }
}

static real diffusion(int n, int steps, int burst, real **f) {
  size_t s = row_length(n);
  if (!f[0]) {
    f[0] = field(s * (n + 2)), f[1] = field(s * (n + 2));
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++) f[0][(j + 1) * s + LEAD + k] = sin(0.1 * j) + cos(0.07 * k);
    wrap_rows(f[0], n, s, 0, n);
  }
  (void)burst;
#pragma omp parallel
  {
    real *u = f[0], *v = f[1];
    int first, last;
    rows_of(n, &first, &last);
    for (int t = 0; t < steps; t++) {
      for (int j = first; j < last; j++) {
        size_t row = (j + 1) * s + LEAD;
        diffusion_row(u + row, v + row, n, s, (real)0.1);
      }
      wrap_rows(v, n, s, first, last);
      real *w = u;
      u = v, v = w;
#pragma omp barrier
    }
  }
  if (steps % 2) { real *w = f[0]; f[0] = f[1], f[1] = w; }
  return sum(f[0], n, s);
}

// Gray-Scott, 512².
static void gray_row(const real *restrict u, const real *restrict v, real *restrict p, real *restrict q, int n, size_t s) {
  const real du = (real)0.16, dv = (real)0.08, feed = (real)0.035, kill = (real)0.065, dt = 1;
#pragma GCC ivdep
  for (int k = 0; k < n; k++) {
    real lu = u[k - 1] + u[k + 1] + (u[k - (long)s] + u[k + s]) - 4 * u[k];
    real lv = v[k - 1] + v[k + 1] + (v[k - (long)s] + v[k + s]) - 4 * v[k];
    real r = u[k] * v[k] * v[k];
    p[k] = u[k] + dt * (du * lu - r + feed * (1 - u[k]));
    q[k] = v[k] + dt * (dv * lv + r - (feed + kill) * v[k]);
  }
}

static real gray(int n, int steps, int burst, real **f) {
  size_t s = row_length(n);
  if (!f[0]) {
    for (int i = 0; i < 4; i++) f[i] = field(s * (n + 2));
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++) {
        f[0][(j + 1) * s + LEAD + k] = 1 - 0.5 * (abs(j - n / 2) < 20 && abs(k - n / 2) < 20);
        f[1][(j + 1) * s + LEAD + k] = 0.25 * (abs(j - n / 2) < 20 && abs(k - n / 2) < 20) + 0.01;
      }
    wrap_rows(f[0], n, s, 0, n), wrap_rows(f[1], n, s, 0, n);
  }
  (void)burst;
#pragma omp parallel
  {
    real *u = f[0], *v = f[1], *p = f[2], *q = f[3];
    int first, last;
    rows_of(n, &first, &last);
    for (int t = 0; t < steps; t++) {
      for (int j = first; j < last; j++) {
        size_t row = (j + 1) * s + LEAD;
        gray_row(u + row, v + row, p + row, q + row, n, s);
      }
      wrap_rows(p, n, s, first, last), wrap_rows(q, n, s, first, last);
      real *w = u;
      u = p, p = w, w = v, v = q, q = w;
#pragma omp barrier
    }
  }
  if (steps % 2) {
    real *w = f[0];
    f[0] = f[2], f[2] = w, w = f[1], f[1] = f[3], f[3] = w;
  }
  return sum(f[0], n, s);
}

// Wave equation, 192³, leapfrog into the previous field.
static void wave_row(const real *restrict u, real *restrict o, int n, size_t s, size_t p, real a) {
  for (int k = 0; k < n; k++) {
    real lap = u[k - 1] + u[k + 1] + (u[k - (long)s] + u[k + s]) + (u[k - (long)p] + u[k + p]) - 6 * u[k];
    o[k] = 2 * u[k] - o[k] + a * lap;
  }
}

static real wave(int n, int steps, int burst, real **f) {
  size_t s = row_length(n), p = s * (n + 2);
  if (!f[0]) {
    f[0] = field(p * (n + 2)), f[1] = field(p * (n + 2));
    // At rest: the place before the present one is u + a/2 times the sum of neighbours less 6 u.
    double less = 0.1 * 6 * (cos(2 * M_PI / n) - 1);
    for (int i = -1; i <= n; i++)
      for (int j = -1; j <= n; j++)
        for (int k = -1; k <= n; k++) {
          double x = sin(2 * M_PI * (i + j + k) / n);
          size_t c = (i + 1) * p + (j + 1) * s + LEAD + k;
          f[0][c] = x, f[1][c] = x * (1 + less);
        }
  }
  (void)burst;
#pragma omp parallel
  {
    real *u = f[0], *o = f[1];
    int first, last;
    rows_of(n, &first, &last);
    for (int t = 0; t < steps; t++) {
      const int block = 96;
      for (int jb = 0; jb < n; jb += block)
        for (int i = first; i < last; i++)
          for (int j = jb; j < n && j < jb + block; j++) {
            size_t row = (i + 1) * p + (j + 1) * s + LEAD;
            wave_row(u + row, o + row, n, s, p, (real)0.2);
          }
      for (int i = first; i < last; i++) {
        real *plane = o + (i + 1) * p;
        for (int j = 0; j < n; j++) {
          real *row = plane + (j + 1) * s + LEAD;
          row[-1] = row[n - 1], row[n] = row[0];
        }
        memcpy(plane, plane + n * s, s * sizeof(real));
        memcpy(plane + (n + 1) * s, plane + s, s * sizeof(real));
        if (i == 0) memcpy(o + (size_t)(n + 1) * p, plane, p * sizeof(real));
        if (i == n - 1) memcpy(o, plane, p * sizeof(real));
      }
      real *w = u;
      u = o, o = w;
#pragma omp barrier
    }
  }
  if (steps % 2) { real *w = f[0]; f[0] = f[1], f[1] = w; }
  return f[0][(n / 2) * p + 5 * s + LEAD];
}

// Complex Ginzburg-Landau, 512², RK4: each stage one sweep.
#define CGL(LAST)                                                                                     \
  for (int k = 0; k < n; k++) {                                                                       \
    real x = a[k], y = b[k];                                                                          \
    real lx = h * (a[k - 1] + a[k + 1] + (a[k - (long)s] + a[k + s]) - 4 * x);                        \
    real ly = h * (b[k - 1] + b[k + 1] + (b[k - (long)s] + b[k + s]) - 4 * y);                        \
    real m = x * x + y * y;                                                                           \
    real kx = x + lx - beta * ly - m * (x - gamma_ * y);                                              \
    real ky = y + ly + beta * lx - m * (y + gamma_ * x);                                              \
    LAST                                                                                              \
  }

static void cgl_first(const real *restrict a, const real *restrict b, real *restrict ta, real *restrict tb,
                      real *restrict sa, real *restrict sb, int n, size_t s, real dt, real h) {
  const real beta = (real)0.5, gamma_ = (real)-1.5;
  CGL(ta[k] = x + dt / 2 * kx; tb[k] = y + dt / 2 * ky; sa[k] = x + dt / 6 * kx; sb[k] = y + dt / 6 * ky;)
}
static void cgl_middle(const real *restrict a, const real *restrict b, const real *restrict ua, const real *restrict ub,
                       real *restrict ta, real *restrict tb, real *restrict sa, real *restrict sb, int n, size_t s,
                       real dt, real h, real c) {
  const real beta = (real)0.5, gamma_ = (real)-1.5;
  CGL(ta[k] = ua[k] + c * kx; tb[k] = ub[k] + c * ky; sa[k] += dt / 3 * kx; sb[k] += dt / 3 * ky;)
}
static void cgl_last(const real *restrict a, const real *restrict b, const real *restrict sa, const real *restrict sb,
                     real *restrict ua, real *restrict ub, int n, size_t s, real dt, real h) {
  const real beta = (real)0.5, gamma_ = (real)-1.5;
  CGL(ua[k] = sa[k] + dt / 6 * kx; ub[k] = sb[k] + dt / 6 * ky;)
}

static real cgl(int n, int steps, int burst, real **f) {
  size_t s = row_length(n);
  if (!f[0]) {
    for (int i = 0; i < 8; i++) f[i] = field(s * (n + 2));
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++) {
        f[0][(j + 1) * s + LEAD + k] = 0.5 * sin(0.1 * j);
        f[1][(j + 1) * s + LEAD + k] = 0.5 * cos(0.07 * k);
      }
    wrap_rows(f[0], n, s, 0, n), wrap_rows(f[1], n, s, 0, n);
  }
  (void)burst;
  real *ua = f[0], *ub = f[1], *ta = f[2], *tb = f[3], *va = f[4], *vb = f[5], *sa = f[6], *sb = f[7];
  const real dt = (real)0.01, h = 1;
#pragma omp parallel
  {
    int first, last;
    rows_of(n, &first, &last);
    for (int t = 0; t < steps; t++) {
#define ROWS for (int j = first; j < last; j++) { size_t r = (j + 1) * s + LEAD;
      ROWS cgl_first(ua + r, ub + r, ta + r, tb + r, sa + r, sb + r, n, s, dt, h); }
      wrap_rows(ta, n, s, first, last), wrap_rows(tb, n, s, first, last);
#pragma omp barrier
      ROWS cgl_middle(ta + r, tb + r, ua + r, ub + r, va + r, vb + r, sa + r, sb + r, n, s, dt, h, dt / 2); }
      wrap_rows(va, n, s, first, last), wrap_rows(vb, n, s, first, last);
#pragma omp barrier
      ROWS cgl_middle(va + r, vb + r, ua + r, ub + r, ta + r, tb + r, sa + r, sb + r, n, s, dt, h, dt); }
      wrap_rows(ta, n, s, first, last), wrap_rows(tb, n, s, first, last);
#pragma omp barrier
      ROWS cgl_last(ta + r, tb + r, sa + r, sb + r, ua + r, ub + r, n, s, dt, h); }
      wrap_rows(ua, n, s, first, last), wrap_rows(ub, n, s, first, last);
#pragma omp barrier
    }
  }
  return sum(ua, n, s);
}

// Kuramoto lattice, 512²: sines and cosines of each phase once, then of differences by the addition theorem.
// In two functions: in one, gcc would make them one scalar call of sincos.
__attribute__((noinline)) static void sine_row(const real *restrict u, real *restrict a, int n) {
  for (int k = 0; k < n; k++) a[k] = sizeof(real) == 8 ? (real)sin(u[k]) : (real)sinf(u[k]);
}
__attribute__((noinline)) static void cosine_row(const real *restrict u, real *restrict b, int n) {
  for (int k = 0; k < n; k++) b[k] = sizeof(real) == 8 ? (real)cos(u[k]) : (real)cosf(u[k]);
}
static void kuramoto_row(real *restrict u, const real *restrict a, const real *restrict b, const real *restrict w, int n,
                         size_t s) {
  const real dt = (real)0.05, c = (real)0.5;
  for (int k = 0; k < n; k++) {
    real x = a[k - 1] + a[k + 1] + (a[k - (long)s] + a[k + s]);
    real y = b[k - 1] + b[k + 1] + (b[k - (long)s] + b[k + s]);
    u[k] += dt * (w[k] + c * (b[k] * x - a[k] * y));
  }
}

static real kuramoto(int n, int steps, int burst, real **f) {
  size_t s = row_length(n);
  if (!f[0]) {
    for (int i = 0; i < 4; i++) f[i] = field(s * (n + 2));
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++) {
        f[0][(j + 1) * s + LEAD + k] = 3 * sin(0.1 * j) + cos(0.07 * k * j);
        f[3][(j + 1) * s + LEAD + k] = 0.3 * cos(0.3 * j * k);
      }
  }
  (void)burst;
  real *u = f[0], *a = f[1], *b = f[2], *w = f[3];
#pragma omp parallel
  {
    int first, last;
    rows_of(n, &first, &last);
    for (int t = 0; t < steps; t++) {
      ROWS sine_row(u + r, a + r, n), cosine_row(u + r, b + r, n); }
      wrap_rows(a, n, s, first, last), wrap_rows(b, n, s, first, last);
#pragma omp barrier
      ROWS kuramoto_row(u + r, a + r, b + r, w + r, n, s); }
#pragma omp barrier
    }
  }
  return sum(u, n, s);
}

// The sum of (1 + c mod 7) x² over all cells c in row-major order of some fields.
static double checksum(real **f, int fields, int n, int rank) {
  size_t s = row_length(n), p = s * (n + 2);
  double all = 0;
  for (int m = 0; m < fields; m++) {
    long c = 0;
    for (int i = 0; i < (rank == 3 ? n : 1); i++)
      for (int j = 0; j < n; j++)
        for (int k = 0; k < n; k++, c++) {
          double x = f[m][(rank == 3) * (i + 1) * p + (j + 1) * s + LEAD + k];
          all += (1 + c % 7) * x * x;
        }
  }
  return all;
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "diffusion";
  int bursts = argc > 2 ? atoi(argv[2]) : 8;
  real (*run)(int, int, int, real **) = diffusion;
  int n = 1024;
  double cells = (double)n * n;
  if (!strcmp(name, "gray_scott")) run = gray, n = 512, cells = n * n;
  if (!strcmp(name, "wave")) run = wave, n = 192, cells = (double)n * n * n;
  if (!strcmp(name, "ginzburg_landau")) run = cgl, n = 512, cells = n * n;
  if (!strcmp(name, "kuramoto")) run = kuramoto, n = 512, cells = n * n;
  real *f[8] = {0};
  if (argc > 3 && !strcmp(argv[2], "check")) {
    run(n, atoi(argv[3]), 0, f);
    int fields = run == gray || run == cgl ? 2 : 1;
    printf("%.15e\n", checksum(f, fields, n, run == wave ? 3 : 2));
    return 0;
  }
  volatile real result = run(n, 2, 0, f);
  // Bursts of about 50 ms.
  int steps = 2;
  double best = 0;
  for (int burst = 0; burst < bursts; burst++) {
    double began = now();
    result = run(n, steps, burst, f);
    double seconds = now() - began;
    double rate = steps * cells / seconds / 1e6;
    if (burst > 0 && rate > best) best = rate;
    steps = (int)(0.05 * rate * 1e6 / cells);
    if (steps < 2) steps = 2;
  }
  printf("%.0f %g\n", best, (double)result);
  return 0;
}
