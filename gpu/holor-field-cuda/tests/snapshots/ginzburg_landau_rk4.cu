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

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_0(
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
    const double v11 = s0 + v10;
    const double v13 = s1 * 0x1.5555555555555p-3; // 0.16666666666666666
    const double v15 = s1 * 0x1.5555555555555p-2; // 0.3333333333333333
    const double v16 = s2 + 1.0;
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = v11; // time at 0.5 of the step
    scalars[7] = v8; // time at 1 of the step
    scalars[8] = v10; // 0.5 step
    scalars[9] = s1; // 1 step
    scalars[10] = v13; // 0.16666666666666666 step
    scalars[11] = v15; // 0.3333333333333333 step
    scalars[2] = v16; // count
    scalars[0] = v8; // time
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

// ghosts from the cells of the other side: j with 13 cells, k with 37 cells
extern "C" __global__ void __launch_bounds__(256)
ghosts_1(
    real *a0,
    real *a1)
{
    long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    int i, j, k;
    if (c < 78) {
        k = (int)(c % 39) - 1;
        c /= 39;
        j = ghost((int)(c % 2), 1, 13);
        c /= 2;
        i = (int)c;
    } else if ((c -= 78) < 26) {
        k = ghost((int)(c % 2), 1, 37);
        c /= 2;
        j = (int)(c % 13);
        c /= 13;
        i = (int)c;
    } else {
        return;
    }
    const int from_j = inside(j, 13);
    const int from_k = inside(k, 37);
    const place p = (place)i * 1200 + (place)j * 80 + k;
    const place q = (place)i * 1200 + (place)from_j * 80 + from_k;
    a0[p] = a0[q];
    a1[p] = a1[q];
}

// rk4 stage 1: cells
extern "C" __global__ void __launch_bounds__(256)
cells_2(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    real *a3,
    real *a4,
    real *a5,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s10 = scalars[10]; // 0.16666666666666666 step
    const double s8 = scalars[8]; // 0.5 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const real a1_1_0 = a1[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_m1 = a1[p - 1];
        const double a1_1 = a1[p + 1];
        const double v10 = a0_0 * a0_0;
        const double v11 = fma(a1_0, a1_0, v10);
        const double v12 = -a0_0;
        const double v14 = fma(a1_0, (-0x1.8p+0), v12); // -1.5
        const double v15 = a0_m1_0 + a0_1_0;
        const double v16 = a0_m1 + a0_1;
        const double v17 = v15 + v16;
        const double v18 = fma(v11, v14, v17);
        const double v19 = a1_m1_0 + a1_1_0;
        const double v20 = a1_m1 + a1_1;
        const double v21 = v19 + v20;
        const double v23 = fma(a0_0, (-3.0), v18);
        const double v25 = fma(v21, (-0x1p-1), v23); // -0.5
        const double v27 = fma(a1_0, 2.0, v25);
        const double v28 = -a1_0;
        const double v30 = fma(a0_0, 0x1.8p+0, v28); // 1.5
        const double v31 = fma(v11, v30, v21);
        const double v32 = fma(a1_0, (-3.0), v31);
        const double v34 = fma(v17, 0x1p-1, v32); // 0.5
        const double v36 = fma(a0_0, (-2.0), v34);
        const double v38 = fma(v27, s10, a0_0);
        const double v40 = fma(v27, s8, a0_0);
        const double v41 = fma(v36, s10, a1_0);
        const double v42 = fma(v36, s8, a1_0);
        a2[p] = v40;
        a3[p] = v38;
        a4[p] = v42;
        a5[p] = v41;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}

// rk4 stage 2: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    const real *__restrict__ a3,
    real *a4,
    real *a5,
    const real *__restrict__ a6,
    real *a7,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s11 = scalars[11]; // 0.3333333333333333 step
    const double s8 = scalars[8]; // 0.5 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const real a1_1_0 = a1[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_m1 = a1[p - 1];
        const double a1_1 = a1[p + 1];
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a5_0 = a5[p];
        const double a6_0 = a6[p];
        const double v10 = a0_0 * a0_0;
        const double v11 = fma(a1_0, a1_0, v10);
        const double v12 = -a0_0;
        const double v14 = fma(a1_0, (-0x1.8p+0), v12); // -1.5
        const double v15 = a0_m1_0 + a0_1_0;
        const double v16 = a0_m1 + a0_1;
        const double v17 = v15 + v16;
        const double v18 = fma(v11, v14, v17);
        const double v19 = a1_m1_0 + a1_1_0;
        const double v20 = a1_m1 + a1_1;
        const double v21 = v19 + v20;
        const double v23 = fma(a0_0, (-3.0), v18);
        const double v25 = fma(v21, (-0x1p-1), v23); // -0.5
        const double v27 = fma(a1_0, 2.0, v25);
        const double v28 = -a1_0;
        const double v30 = fma(a0_0, 0x1.8p+0, v28); // 1.5
        const double v31 = fma(v11, v30, v21);
        const double v32 = fma(a1_0, (-3.0), v31);
        const double v34 = fma(v17, 0x1p-1, v32); // 0.5
        const double v36 = fma(a0_0, (-2.0), v34);
        const double v39 = fma(v27, s11, a2_0);
        const double v42 = fma(v27, s8, a3_0);
        const double v44 = fma(v36, s11, a5_0);
        const double v46 = fma(v36, s8, a6_0);
        a4[p] = v42;
        a2[p] = v39;
        a7[p] = v46;
        a5[p] = v44;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}

// rk4 stage 3: cells
extern "C" __global__ void __launch_bounds__(256)
cells_4(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    const real *__restrict__ a3,
    real *a4,
    real *a5,
    const real *__restrict__ a6,
    real *a7,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s11 = scalars[11]; // 0.3333333333333333 step
    const double s9 = scalars[9]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const real a1_1_0 = a1[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_m1 = a1[p - 1];
        const double a1_1 = a1[p + 1];
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a5_0 = a5[p];
        const double a6_0 = a6[p];
        const double v10 = a0_0 * a0_0;
        const double v11 = fma(a1_0, a1_0, v10);
        const double v12 = -a0_0;
        const double v14 = fma(a1_0, (-0x1.8p+0), v12); // -1.5
        const double v15 = a0_m1_0 + a0_1_0;
        const double v16 = a0_m1 + a0_1;
        const double v17 = v15 + v16;
        const double v18 = fma(v11, v14, v17);
        const double v19 = a1_m1_0 + a1_1_0;
        const double v20 = a1_m1 + a1_1;
        const double v21 = v19 + v20;
        const double v23 = fma(a0_0, (-3.0), v18);
        const double v25 = fma(v21, (-0x1p-1), v23); // -0.5
        const double v27 = fma(a1_0, 2.0, v25);
        const double v28 = -a1_0;
        const double v30 = fma(a0_0, 0x1.8p+0, v28); // 1.5
        const double v31 = fma(v11, v30, v21);
        const double v32 = fma(a1_0, (-3.0), v31);
        const double v34 = fma(v17, 0x1p-1, v32); // 0.5
        const double v36 = fma(a0_0, (-2.0), v34);
        const double v39 = fma(v27, s11, a2_0);
        const double v42 = fma(v27, s9, a3_0);
        const double v44 = fma(v36, s11, a5_0);
        const double v46 = fma(v36, s9, a6_0);
        a4[p] = v42;
        a2[p] = v39;
        a7[p] = v46;
        a5[p] = v44;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}

// rk4 stage 4: cells
extern "C" __global__ void __launch_bounds__(256)
cells_5(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    real *a3,
    const real *__restrict__ a4,
    real *a5,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s10 = scalars[10]; // 0.16666666666666666 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const real a1_1_0 = a1[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_m1 = a1[p - 1];
        const double a1_1 = a1[p + 1];
        const double a2_0 = a2[p];
        const double a4_0 = a4[p];
        const double v10 = a0_0 * a0_0;
        const double v11 = fma(a1_0, a1_0, v10);
        const double v12 = -a0_0;
        const double v14 = fma(a1_0, (-0x1.8p+0), v12); // -1.5
        const double v15 = a0_m1_0 + a0_1_0;
        const double v16 = a0_m1 + a0_1;
        const double v17 = v15 + v16;
        const double v18 = fma(v11, v14, v17);
        const double v19 = a1_m1_0 + a1_1_0;
        const double v20 = a1_m1 + a1_1;
        const double v21 = v19 + v20;
        const double v23 = fma(a0_0, (-3.0), v18);
        const double v25 = fma(v21, (-0x1p-1), v23); // -0.5
        const double v27 = fma(a1_0, 2.0, v25);
        const double v28 = -a1_0;
        const double v30 = fma(a0_0, 0x1.8p+0, v28); // 1.5
        const double v31 = fma(v11, v30, v21);
        const double v32 = fma(a1_0, (-3.0), v31);
        const double v34 = fma(v17, 0x1p-1, v32); // 0.5
        const double v36 = fma(a0_0, (-2.0), v34);
        const double v39 = fma(v27, s10, a2_0);
        const double v41 = fma(v36, s10, a4_0);
        a3[p] = v39;
        a5[p] = v41;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}
