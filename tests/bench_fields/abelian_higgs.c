// The gradient flow of the Abelian Higgs model by hand, as fast as plain C gets: what the field engine is measured against.
//
//   gcc -O3 -march=native -ffast-math -fopenmp -DREAL=double abelian_higgs.c -o abelian_higgs -lmvec -lm
//   OMP_NUM_THREADS=2 OMP_PROC_BIND=true ./abelian_higgs        # million cells a second at 128³, best of several bursts
//   ./abelian_higgs check 16 10                                 # sums after 10 steps at 16³, to compare with a run of holor
//
// Steps of Euler of `abelian_higgs(φ, [a_x, a_y, a_z])` with h = e = λ = v = 1, dt = 0.05, periodic. Sines and cosines of a link are
// computed once; sines of plaquettes are imaginary parts of products of links. A thread streams through its planes with private
// buffers for three planes of links and two of plaquettes, so that memory sees the five fields read and written once a step.
// -ffast-math lets gcc use the vector sines of libmvec; sine and cosine are in two functions, for in one gcc would make them a scalar
// call of sincos.
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

enum { LEAD = 16, FIELDS = 5 };  // re φ, im φ, θ_x, θ_y, θ_z
static size_t row_length(int n) { return ((LEAD + n + 1 + 15) / 16 + 1) * 16; }

static int counter = 0;
static real *array(size_t length) {
  size_t shift = (size_t)(counter++ % 32) * 17 * 64;
  char *p = aligned_alloc(4096, (length * sizeof(real) + shift + 8191) / 4096 * 4096);
  memset(p, 0, length * sizeof(real) + shift);
  return (real *)(p + shift);
}

static inline void ends(real *row, int n) { row[-1] = row[n - 1], row[n] = row[0]; }

__attribute__((noinline)) static void sine_row(const real *restrict u, real *restrict a, int n) {
  for (int k = 0; k < n; k++) a[k] = sizeof(real) == 8 ? (real)sin(u[k]) : (real)sinf(u[k]);
}
__attribute__((noinline)) static void cosine_row(const real *restrict u, real *restrict b, int n) {
  for (int k = 0; k < n; k++) b[k] = sizeof(real) == 8 ? (real)cos(u[k]) : (real)cosf(u[k]);
}

// Im(p q r* s*) of unit numbers: the sine of a plaquette.
#define TURN(pc, ps, qc, qs, rc, rs, sc, ss)                                                   \
  ((ps * qc + pc * qs) * (rc * sc - rs * ss) - (pc * qc - ps * qs) * (rs * sc + rc * ss))

typedef struct {
  const real *c, *s;
} link_row;

// Sines of the three plaquettes of a row. X, Y, Z: links here; yx: Y one plane on; xy: X one row on, and so forth.
static void plaquette_row(link_row X, link_row Y, link_row Z, link_row yx, link_row zx, link_row xy, link_row zy,
                          real *restrict pxy, real *restrict pxz, real *restrict pyz, int n) {
  const real *restrict Xc = X.c, *restrict Xs = X.s, *restrict Yc = Y.c, *restrict Ys = Y.s;
  const real *restrict Zc = Z.c, *restrict Zs = Z.s, *restrict yxc = yx.c, *restrict yxs = yx.s;
  const real *restrict zxc = zx.c, *restrict zxs = zx.s, *restrict xyc = xy.c, *restrict xys = xy.s;
  const real *restrict zyc = zy.c, *restrict zys = zy.s;
  for (int k = 0; k < n; k++) {
    pxy[k] = TURN(Xc[k], Xs[k], yxc[k], yxs[k], xyc[k], xys[k], Yc[k], Ys[k]);
    pxz[k] = TURN(Xc[k], Xs[k], zxc[k], zxs[k], Xc[k + 1], Xs[k + 1], Zc[k], Zs[k]);
    pyz[k] = TURN(Yc[k], Ys[k], zyc[k], zys[k], Yc[k + 1], Ys[k + 1], Zc[k], Zs[k]);
  }
}

typedef struct {
  const real *a, *b;  // φ
} matter_row;

static void update_row(matter_row here, matter_row px, matter_row mx, matter_row py, matter_row my, link_row X, link_row Y,
                       link_row Z, link_row bx, link_row by, const real *restrict pxy, const real *restrict pxz,
                       const real *restrict pyz, const real *restrict pxy_x, const real *restrict pxz_x,
                       const real *restrict pxy_y, const real *restrict pyz_y, const real *restrict tx,
                       const real *restrict ty, const real *restrict tz, real *restrict oa, real *restrict ob,
                       real *restrict ox, real *restrict oy, real *restrict oz, int n) {
  const real dt = (real)0.05, half = (real)0.5;
  const real *restrict a = here.a, *restrict b = here.b;
#pragma GCC ivdep
  for (int k = 0; k < n; k++) {
    real x = a[k], y = b[k];
    // U φ(ahead), U = c − i s.
    real ux = X.c[k] * px.a[k] + X.s[k] * px.b[k], vx = X.c[k] * px.b[k] - X.s[k] * px.a[k];
    real uy = Y.c[k] * py.a[k] + Y.s[k] * py.b[k], vy = Y.c[k] * py.b[k] - Y.s[k] * py.a[k];
    real uz = Z.c[k] * a[k + 1] + Z.s[k] * b[k + 1], vz = Z.c[k] * b[k + 1] - Z.s[k] * a[k + 1];
    // U* φ(behind) with the link from there.
    real la = bx.c[k] * mx.a[k] - bx.s[k] * mx.b[k] + by.c[k] * my.a[k] - by.s[k] * my.b[k] + Z.c[k - 1] * a[k - 1] -
              Z.s[k - 1] * b[k - 1];
    real lb = bx.c[k] * mx.b[k] + bx.s[k] * mx.a[k] + by.c[k] * my.b[k] + by.s[k] * my.a[k] + Z.c[k - 1] * b[k - 1] +
              Z.s[k - 1] * a[k - 1];
    real m = half * (1 - x * x - y * y) - 6;
    oa[k] = x + dt * (ux + uy + uz + la + m * x);
    ob[k] = y + dt * (vx + vy + vz + lb + m * y);
    ox[k] = tx[k] + dt * (x * vx - y * ux - (pxy[k] - pxy_y[k]) - (pxz[k] - pxz[k - 1]));
    oy[k] = ty[k] + dt * (x * vy - y * uy + (pxy[k] - pxy_x[k]) - (pyz[k] - pyz[k - 1]));
    oz[k] = tz[k] + dt * (x * vz - y * uz + (pxz[k] - pxz_x[k]) + (pyz[k] - pyz_y[k]));
  }
}

static void start(real **f, int n, size_t s, size_t p) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < n; k++) {
        size_t c = i * p + j * s + LEAD + k;
        double x = 2 * M_PI * i / n, y = 2 * M_PI * j / n, z = 2 * M_PI * k / n;
        f[0][c] = 0.5 * sin(x) + 0.3 * cos(2 * y + z), f[1][c] = 0.4 * cos(x - y) + 0.2 * sin(3 * z);
        f[2][c] = sin(y) * cos(z), f[3][c] = 0.7 * sin(z + x), f[4][c] = 0.6 * cos(x) - 0.5 * sin(2 * y);
      }
      for (int m = 0; m < 2; m++) ends(f[m] + i * p + j * s + LEAD, n);
    }
}

// Runs steps from f[0..5] into f[5..10] and back.
static void flow(real **f, int n, int steps) {
  size_t s = row_length(n), p = s * n;
#pragma omp parallel
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    int first = (int)((long)n * thread / threads), last = (int)((long)n * (thread + 1) / threads);
    static __thread real *own = NULL;
    static __thread size_t owned = 0;
    if (owned < 24 * p) free(owned ? own : NULL), own = aligned_alloc(4096, (24 * p * sizeof(real) + 8191) / 4096 * 4096), memset(own, 0, 24 * p * sizeof(real)), owned = 24 * p;
    // Cosines and sines of three links in three planes, then three plaquettes in two planes.
#define C(d, i) (own + ((size_t)(((i) + 3) % 3) * 6 + 2 * (d)) * p)
#define S(d, i) (own + ((size_t)(((i) + 3) % 3) * 6 + 2 * (d) + 1) * p)
#define P(d, i) (own + (18 + (size_t)(((i) + 2) % 2) * 3 + (d)) * p)
#define AT(j) ((size_t)(((j) + n) % n) * s + LEAD)
    for (int t = 0; t < steps; t++) {
      real **u = f + (t % 2) * FIELDS, **v = f + (1 - t % 2) * FIELDS;
      for (int i = first - 1; i <= last; i++) {
        // Links of plane i.
        size_t plane = (size_t)((i + n) % n) * p;
        for (int d = 0; d < 3; d++)
          for (int j = 0; j < n; j++) {
            const real *row = u[2 + d] + plane + AT(j);
            real *c = C(d, i) + AT(j), *sn = S(d, i) + AT(j);
            cosine_row(row, c, n), sine_row(row, sn, n), ends(c, n), ends(sn, n);
          }
        // Plaquettes of plane i − 1.
        int q = i - 1;
        if (q < first - 1) continue;
        for (int j = 0; j < n; j++) {
#define L(d, i, j) (link_row){C(d, i) + AT(j), S(d, i) + AT(j)}
          real *pxy = P(0, q) + AT(j), *pxz = P(1, q) + AT(j), *pyz = P(2, q) + AT(j);
          plaquette_row(L(0, q, j), L(1, q, j), L(2, q, j), L(1, i, j), L(2, i, j), L(0, q, j + 1), L(2, q, j + 1), pxy, pxz,
                        pyz, n);
          ends(pxz, n), ends(pyz, n);
        }
        if (q < first) continue;
        // The fields of plane i − 1.
        size_t here = (size_t)q * p, on = plane, back = (size_t)((q - 1 + n) % n) * p;
        for (int j = 0; j < n; j++) {
#define M(plane, j) (matter_row){u[0] + (plane) + AT(j), u[1] + (plane) + AT(j)}
          size_t r = here + AT(j);
          update_row(M(here, j), M(on, j), M(back, j), M(here, j + 1), M(here, j - 1), L(0, q, j), L(1, q, j), L(2, q, j),
                     L(0, q - 1, j), L(1, q, j - 1), P(0, q) + AT(j), P(1, q) + AT(j), P(2, q) + AT(j), P(0, q - 1) + AT(j),
                     P(1, q - 1) + AT(j), P(0, q) + AT(j - 1), P(2, q) + AT(j - 1), u[2] + r, u[3] + r, u[4] + r, v[0] + r,
                     v[1] + r, v[2] + r, v[3] + r, v[4] + r, n);
          ends(v[0] + r, n), ends(v[1] + r, n);
        }
      }
#pragma omp barrier
    }
  }
  if (steps % 2)
    for (int m = 0; m < FIELDS; m++) { real *w = f[m]; f[m] = f[m + FIELDS], f[m + FIELDS] = w; }
}

int main(int argc, char **argv) {
  int check = argc > 1 && !strcmp(argv[1], "check");
  int n = check && argc > 2 ? atoi(argv[2]) : 128;
  size_t s = row_length(n), p = s * n;
  real *f[2 * FIELDS];
  for (int m = 0; m < 2 * FIELDS; m++) f[m] = array(p * n);
  start(f, n, s, p);
  if (check) {
    flow(f, n, argc > 3 ? atoi(argv[3]) : 10);
    for (int m = 0; m < FIELDS; m++) {
      double sum = 0, square = 0;
      for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
          for (int k = 0; k < n; k++) {
            double x = f[m][i * p + j * s + LEAD + k];
            sum += x * (1 + i + 2 * j + 3 * k), square += x * x;
          }
      printf("%.12g %.12g\n", sum, square);
    }
    // The checksum of the example bench_fields.
    double all = 0;
    for (int m = 0; m < FIELDS; m++)
      for (long c = 0; c < (long)n * n * n; c++) {
        double x = f[m][c / n / n * p + c / n % n * s + LEAD + c % n];
        all += (1 + c % 7) * x * x;
      }
    printf("%.15e\n", all);
    return 0;
  }
  double cells = (double)n * n * n, best = 0;
  int bursts = argc > 1 ? atoi(argv[1]) : 8, steps = 2;
  for (int burst = 0; burst < bursts; burst++) {
    double began = now();
    flow(f, n, steps);
    double rate = steps * cells / (now() - began) / 1e6;
    if (burst > 0 && rate > best) best = rate;
    steps = (int)(0.2 * rate * 1e6 / cells);
    if (steps < 2) steps = 2;
  }
  printf("%.1f %g\n", best, (double)f[0][(size_t)(n / 2) * p + 5 * s + LEAD]);
  return 0;
}
