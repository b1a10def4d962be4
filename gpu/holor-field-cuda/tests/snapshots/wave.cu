// Compile with --fmad=false: a product and a sum are joined only where fma is written.

typedef double real;
typedef long long place;

// Cells of a row that have partial results of their own.
#define PIECE 1024
#define INFINITE __longlong_as_double(0x7ff0000000000000LL)

__device__ __forceinline__ int least(int a, int b) { return a < b ? a : b; }

// 2^n for a whole n, the exponent and the mantissa of a normal number, by their bits.
__device__ __forceinline__ double power_of_two(double n)
{
    return __longlong_as_double((long long)((unsigned long long)__double_as_longlong(n + 4503599627371519.0) << 52));
}
__device__ __forceinline__ float power_of_two(float n)
{
    return __int_as_float((int)((unsigned)__float_as_int(n + 8388735.0f) << 23));
}
__device__ __forceinline__ double exponent(double x)
{
    return (double)((__double_as_longlong(x) >> 52) & 0x7ff) - 1023.0;
}
__device__ __forceinline__ float exponent(float x)
{
    return (float)((__float_as_int(x) >> 23) & 0xff) - 127.0f;
}
__device__ __forceinline__ double mantissa(double x)
{
    return __longlong_as_double((__double_as_longlong(x) & (long long)0x800fffffffffffffULL) | 0x3ff0000000000000LL);
}
__device__ __forceinline__ float mantissa(float x)
{
    return __int_as_float((__float_as_int(x) & (int)0x807fffffU) | 0x3f800000);
}

// The earlier result comes first; NaN stays.
__device__ __forceinline__ double sum_of(double before, double value) { return before + value; }
__device__ __forceinline__ double greater_of(double before, double value)
{
    return value > before || value != value ? value : before;
}
__device__ __forceinline__ double smaller_of(double before, double value)
{
    return value < before || value != value ? value : before;
}

#ifndef GHOSTS
#define GHOSTS
// Ghosts are counted from the far one before the first cell to the far one behind the last.
__device__ __forceinline__ int ghost(int number, int ghosts, int n)
{
    return number < ghosts ? number - ghosts : n + number - ghosts;
}
__device__ __forceinline__ int inside(int place, int n) { return (place % n + n) % n; }
#endif

// ghosts from the cells of the other side: i with 6 cells, j with 5 cells, k with 19 cells
extern "C" __global__ void __launch_bounds__(256)
ghosts_0(
    real *a0)
{
    long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    int i, j, k;
    if (c < 294) {
        k = (int)(c % 21) - 1;
        c /= 21;
        j = (int)(c % 7) - 1;
        c /= 7;
        i = ghost((int)c, 1, 6);
    } else if ((c -= 294) < 252) {
        k = (int)(c % 21) - 1;
        c /= 21;
        j = ghost((int)(c % 2), 1, 5);
        c /= 2;
        i = (int)c;
    } else if ((c -= 252) < 60) {
        k = ghost((int)(c % 2), 1, 19);
        c /= 2;
        j = (int)(c % 5);
        c /= 5;
        i = (int)c;
    } else {
        return;
    }
    const int from_i = inside(i, 6);
    const int from_j = inside(j, 5);
    const int from_k = inside(k, 19);
    const place p = (place)i * 448 + (place)j * 64 + k;
    const place q = (place)from_i * 448 + (place)from_j * 64 + from_k;
    a0[p] = a0[q];
}

// place before: cells
extern "C" __global__ void __launch_bounds__(256)
cells_1(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const double s1 = scalars[1]; // step
    const double v20 = s1 * 0x1p-1; // 0.5
    const double v21 = s1 * v20;
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 448];
    real a0_0 = a0[p];
    for (; i < last; i++, p += 448) {
        const real a0_1_0_0 = a0[p + 448];
        const double a0_m1_0 = a0[p - 64];
        const double a0_1_0 = a0[p + 64];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_0 = a1[p];
        const double v7 = a0_m1_0_0 + a0_1_0_0;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v7 + v8;
        const double v11 = v9 + v10;
        const double v13 = v11 * 0x1.999999999999ap-3; // 0.2
        const double v15 = fma(a0_0, (-0x1.3333333333334p+0), v13); // -1.2000000000000002
        const double v22 = fma(0.0, a1_0, v15);
        const double v23 = -a1_0;
        const double v24 = fma(s1, v23, a0_0);
        const double v25 = fma(v21, v22, v24);
        a2[p] = v25;
        a0_m1_0_0 = a0_0;
        a0_0 = a0_1_0_0;
    }
}

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_2(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s1 = scalars[1]; // step
    const double s3 = scalars[3]; // time origin
    const double s4 = scalars[4]; // count origin
    const double s2 = scalars[2]; // count
    const double v6 = s2 - s4;
    const double v7 = 1.0 + v6;
    const double v8 = fma(s1, v7, s3);
    const double v10 = s1 * 0x1p-1; // 0.5
    const double v11 = s2 + 1.0;
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = v10; // 0.5 step
    scalars[2] = v11; // count
    scalars[0] = v8; // time
}

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_3(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double v1 = s1 * s1;
    scalars[7] = v1; // step squared
}

// leapfrog: cells
extern "C" __global__ void __launch_bounds__(256)
cells_4(
    const real *__restrict__ a0,
    real *a1,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const double s7 = scalars[7]; // step squared
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 448];
    real a0_0 = a0[p];
    for (; i < last; i++, p += 448) {
        const real a0_1_0_0 = a0[p + 448];
        const double a0_m1_0 = a0[p - 64];
        const double a0_1_0 = a0[p + 64];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_0 = a1[p];
        const double v7 = a0_m1_0_0 + a0_1_0_0;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v7 + v8;
        const double v11 = v9 + v10;
        const double v13 = v11 * 0x1.999999999999ap-3; // 0.2
        const double v15 = fma(a0_0, (-0x1.3333333333334p+0), v13); // -1.2000000000000002
        const double v19 = -a1_0;
        const double v20 = fma(a0_0, 2.0, v19);
        const double v21 = fma(v15, s7, v20);
        a1[p] = v21;
        a0_m1_0_0 = a0_0;
        a0_0 = a0_1_0_0;
    }
}

// resize: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_5(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    scalars[8] = s1; // step to come
}

// resize: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_6(
    double *scalars)
{
    const double s9 = scalars[9]; // former step
    scalars[1] = s9; // step
}

// velocity: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const double s1 = scalars[1]; // step
    const double v19 = s1 * 0x1p-1; // 0.5
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 448];
    real a0_0 = a0[p];
    for (; i < last; i++, p += 448) {
        const real a0_1_0_0 = a0[p + 448];
        const double a0_m1_0 = a0[p - 64];
        const double a0_1_0 = a0[p + 64];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_0 = a1[p];
        const double v7 = a0_m1_0_0 + a0_1_0_0;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v7 + v8;
        const double v11 = v9 + v10;
        const double v13 = v11 * 0x1.999999999999ap-3; // 0.2
        const double v15 = fma(a0_0, (-0x1.3333333333334p+0), v13); // -1.2000000000000002
        const double v20 = a0_0 - a1_0;
        const double v21 = v20 / s1;
        const double v22 = fma(v15, v19, v21);
        a2[p] = v22;
        a0_m1_0_0 = a0_0;
        a0_0 = a0_1_0_0;
    }
}

// resize: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_8(
    double *scalars)
{
    const double s8 = scalars[8]; // step to come
    scalars[1] = s8; // step
}
