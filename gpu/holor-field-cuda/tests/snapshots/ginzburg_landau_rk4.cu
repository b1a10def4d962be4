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

// Neighbouring numbers, read and written at once.
struct __align__(16) wide { real x, y; };

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
    if (c < 164) {
        k = (int)(c % 41) - 2;
        c /= 41;
        j = ghost((int)(c % 4), 2, 13);
        c /= 4;
        i = (int)c;
    } else if ((c -= 164) < 52) {
        k = ghost((int)(c % 4), 2, 37);
        c /= 4;
        j = (int)(c % 13);
        c /= 13;
        i = (int)c;
    } else {
        return;
    }
    const int from_j = inside(j, 13);
    const int from_k = inside(k, 37);
    const place p = (place)i * 1360 + (place)j * 80 + k;
    const place q = (place)i * 1360 + (place)from_j * 80 + from_k;
    a0[p] = a0[q];
    a1[p] = a1[q];
}

// rk4 stage 1: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_2(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s10 = scalars[10]; // 0.16666666666666666 step
    const double s8 = scalars[8]; // 0.5 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 78];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    real a1_m1_m1 = a1[p - 81];
    const wide w1_m1_0 = *(const wide *)(a1 + p - 80);
    real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y;
    real a1_m1_2 = a1[p - 78];
    real a1_m1 = a1[p - 1];
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    real a1_2 = a1[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const real a1_1_m1 = a1[p + 79];
        const wide w1_1_0 = *(const wide *)(a1 + p + 80);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
        const real a1_1_2 = a1[p + 82];
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
        const double v49 = a0_1 * a0_1;
        const double v50 = fma(a1_1, a1_1, v49);
        const double v51 = -a0_1;
        const double v52 = fma(a1_1, (-0x1.8p+0), v51); // -1.5
        const double v53 = a0_m1_1 + a0_1_1;
        const double v54 = a0_0 + a0_2;
        const double v55 = v53 + v54;
        const double v56 = fma(v50, v52, v55);
        const double v57 = a1_m1_1 + a1_1_1;
        const double v58 = a1_0 + a1_2;
        const double v59 = v57 + v58;
        const double v60 = fma(a0_1, (-3.0), v56);
        const double v61 = fma(v59, (-0x1p-1), v60); // -0.5
        const double v62 = fma(a1_1, 2.0, v61);
        const double v63 = -a1_1;
        const double v64 = fma(a0_1, 0x1.8p+0, v63); // 1.5
        const double v65 = fma(v50, v64, v59);
        const double v66 = fma(a1_1, (-3.0), v65);
        const double v67 = fma(v55, 0x1p-1, v66); // 0.5
        const double v68 = fma(a0_1, (-2.0), v67);
        const double v69 = fma(v62, s10, a0_1);
        const double v70 = fma(v62, s8, a0_1);
        const double v71 = fma(v68, s10, a1_1);
        const double v72 = fma(v68, s8, a1_1);
        if (whole) {
            *(wide *)(a2 + p) = wide{v40, v70};
            *(wide *)(a3 + p) = wide{v38, v69};
            *(wide *)(a4 + p) = wide{v42, v72};
            *(wide *)(a5 + p) = wide{v41, v71};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v40; a3[p] = v38; a4[p] = v42; a5[p] = v41; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v70; a3[p + 1] = v69; a4[p + 1] = v72; a5[p + 1] = v71; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
        a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2;
        a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2;
    }
}

// rk4 stage 1: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
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
    place p = (place)i * 1360 + (place)j * 80 + k;
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

// rk4 stage 2: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_4(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s11 = scalars[11]; // 0.3333333333333333 step
    const double s8 = scalars[8]; // 0.5 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 78];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    real a1_m1_m1 = a1[p - 81];
    const wide w1_m1_0 = *(const wide *)(a1 + p - 80);
    real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y;
    real a1_m1_2 = a1[p - 78];
    real a1_m1 = a1[p - 1];
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    real a1_2 = a1[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const real a1_1_m1 = a1[p + 79];
        const wide w1_1_0 = *(const wide *)(a1 + p + 80);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
        const real a1_1_2 = a1[p + 82];
        const wide w2_0 = *(const wide *)(a2 + p);
        const real a2_0 = w2_0.x, a2_1 = w2_0.y;
        const wide w3_0 = *(const wide *)(a3 + p);
        const real a3_0 = w3_0.x, a3_1 = w3_0.y;
        const wide w5_0 = *(const wide *)(a5 + p);
        const real a5_0 = w5_0.x, a5_1 = w5_0.y;
        const wide w6_0 = *(const wide *)(a6 + p);
        const real a6_0 = w6_0.x, a6_1 = w6_0.y;
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
        const double v53 = a0_1 * a0_1;
        const double v54 = fma(a1_1, a1_1, v53);
        const double v55 = -a0_1;
        const double v56 = fma(a1_1, (-0x1.8p+0), v55); // -1.5
        const double v57 = a0_m1_1 + a0_1_1;
        const double v58 = a0_0 + a0_2;
        const double v59 = v57 + v58;
        const double v60 = fma(v54, v56, v59);
        const double v61 = a1_m1_1 + a1_1_1;
        const double v62 = a1_0 + a1_2;
        const double v63 = v61 + v62;
        const double v64 = fma(a0_1, (-3.0), v60);
        const double v65 = fma(v63, (-0x1p-1), v64); // -0.5
        const double v66 = fma(a1_1, 2.0, v65);
        const double v67 = -a1_1;
        const double v68 = fma(a0_1, 0x1.8p+0, v67); // 1.5
        const double v69 = fma(v54, v68, v63);
        const double v70 = fma(a1_1, (-3.0), v69);
        const double v71 = fma(v59, 0x1p-1, v70); // 0.5
        const double v72 = fma(a0_1, (-2.0), v71);
        const double v74 = fma(v66, s11, a2_1);
        const double v76 = fma(v66, s8, a3_1);
        const double v78 = fma(v72, s11, a5_1);
        const double v80 = fma(v72, s8, a6_1);
        if (whole) {
            *(wide *)(a4 + p) = wide{v42, v76};
            *(wide *)(a2 + p) = wide{v39, v74};
            *(wide *)(a7 + p) = wide{v46, v80};
            *(wide *)(a5 + p) = wide{v44, v78};
        } else {
            if (k >= k0 && k < k0 + nk) { a4[p] = v42; a2[p] = v39; a7[p] = v46; a5[p] = v44; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a4[p + 1] = v76; a2[p + 1] = v74; a7[p + 1] = v80; a5[p + 1] = v78; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
        a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2;
        a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2;
    }
}

// rk4 stage 2: cells
extern "C" __global__ void __launch_bounds__(256)
cells_5(
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
    place p = (place)i * 1360 + (place)j * 80 + k;
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

// rk4 stage 3: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_6(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s11 = scalars[11]; // 0.3333333333333333 step
    const double s9 = scalars[9]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 78];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    real a1_m1_m1 = a1[p - 81];
    const wide w1_m1_0 = *(const wide *)(a1 + p - 80);
    real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y;
    real a1_m1_2 = a1[p - 78];
    real a1_m1 = a1[p - 1];
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    real a1_2 = a1[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const real a1_1_m1 = a1[p + 79];
        const wide w1_1_0 = *(const wide *)(a1 + p + 80);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
        const real a1_1_2 = a1[p + 82];
        const wide w2_0 = *(const wide *)(a2 + p);
        const real a2_0 = w2_0.x, a2_1 = w2_0.y;
        const wide w3_0 = *(const wide *)(a3 + p);
        const real a3_0 = w3_0.x, a3_1 = w3_0.y;
        const wide w5_0 = *(const wide *)(a5 + p);
        const real a5_0 = w5_0.x, a5_1 = w5_0.y;
        const wide w6_0 = *(const wide *)(a6 + p);
        const real a6_0 = w6_0.x, a6_1 = w6_0.y;
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
        const double v53 = a0_1 * a0_1;
        const double v54 = fma(a1_1, a1_1, v53);
        const double v55 = -a0_1;
        const double v56 = fma(a1_1, (-0x1.8p+0), v55); // -1.5
        const double v57 = a0_m1_1 + a0_1_1;
        const double v58 = a0_0 + a0_2;
        const double v59 = v57 + v58;
        const double v60 = fma(v54, v56, v59);
        const double v61 = a1_m1_1 + a1_1_1;
        const double v62 = a1_0 + a1_2;
        const double v63 = v61 + v62;
        const double v64 = fma(a0_1, (-3.0), v60);
        const double v65 = fma(v63, (-0x1p-1), v64); // -0.5
        const double v66 = fma(a1_1, 2.0, v65);
        const double v67 = -a1_1;
        const double v68 = fma(a0_1, 0x1.8p+0, v67); // 1.5
        const double v69 = fma(v54, v68, v63);
        const double v70 = fma(a1_1, (-3.0), v69);
        const double v71 = fma(v59, 0x1p-1, v70); // 0.5
        const double v72 = fma(a0_1, (-2.0), v71);
        const double v74 = fma(v66, s11, a2_1);
        const double v76 = fma(v66, s9, a3_1);
        const double v78 = fma(v72, s11, a5_1);
        const double v80 = fma(v72, s9, a6_1);
        if (whole) {
            *(wide *)(a4 + p) = wide{v42, v76};
            *(wide *)(a2 + p) = wide{v39, v74};
            *(wide *)(a7 + p) = wide{v46, v80};
            *(wide *)(a5 + p) = wide{v44, v78};
        } else {
            if (k >= k0 && k < k0 + nk) { a4[p] = v42; a2[p] = v39; a7[p] = v46; a5[p] = v44; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a4[p + 1] = v76; a2[p + 1] = v74; a7[p + 1] = v80; a5[p + 1] = v78; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
        a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2;
        a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2;
    }
}

// rk4 stage 3: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
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
    place p = (place)i * 1360 + (place)j * 80 + k;
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

// rk4 stage 4: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_8(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s10 = scalars[10]; // 0.16666666666666666 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 78];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    real a1_m1_m1 = a1[p - 81];
    const wide w1_m1_0 = *(const wide *)(a1 + p - 80);
    real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y;
    real a1_m1_2 = a1[p - 78];
    real a1_m1 = a1[p - 1];
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    real a1_2 = a1[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const real a1_1_m1 = a1[p + 79];
        const wide w1_1_0 = *(const wide *)(a1 + p + 80);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
        const real a1_1_2 = a1[p + 82];
        const wide w2_0 = *(const wide *)(a2 + p);
        const real a2_0 = w2_0.x, a2_1 = w2_0.y;
        const wide w4_0 = *(const wide *)(a4 + p);
        const real a4_0 = w4_0.x, a4_1 = w4_0.y;
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
        const double v48 = a0_1 * a0_1;
        const double v49 = fma(a1_1, a1_1, v48);
        const double v50 = -a0_1;
        const double v51 = fma(a1_1, (-0x1.8p+0), v50); // -1.5
        const double v52 = a0_m1_1 + a0_1_1;
        const double v53 = a0_0 + a0_2;
        const double v54 = v52 + v53;
        const double v55 = fma(v49, v51, v54);
        const double v56 = a1_m1_1 + a1_1_1;
        const double v57 = a1_0 + a1_2;
        const double v58 = v56 + v57;
        const double v59 = fma(a0_1, (-3.0), v55);
        const double v60 = fma(v58, (-0x1p-1), v59); // -0.5
        const double v61 = fma(a1_1, 2.0, v60);
        const double v62 = -a1_1;
        const double v63 = fma(a0_1, 0x1.8p+0, v62); // 1.5
        const double v64 = fma(v49, v63, v58);
        const double v65 = fma(a1_1, (-3.0), v64);
        const double v66 = fma(v54, 0x1p-1, v65); // 0.5
        const double v67 = fma(a0_1, (-2.0), v66);
        const double v69 = fma(v61, s10, a2_1);
        const double v71 = fma(v67, s10, a4_1);
        if (whole) {
            *(wide *)(a3 + p) = wide{v39, v69};
            *(wide *)(a5 + p) = wide{v41, v71};
        } else {
            if (k >= k0 && k < k0 + nk) { a3[p] = v39; a5[p] = v41; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a3[p + 1] = v69; a5[p + 1] = v71; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
        a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2;
        a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2;
    }
}

// rk4 stage 4: cells
extern "C" __global__ void __launch_bounds__(256)
cells_9(
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
    place p = (place)i * 1360 + (place)j * 80 + k;
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

// step with 2 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_10(
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
    scalars[12] = v13; // 0.16666666666666666 step meanwhile
    scalars[13] = v10; // 0.5 step meanwhile
    scalars[14] = v15; // 0.3333333333333333 step meanwhile
    scalars[15] = s1; // 1 step meanwhile
    scalars[0] = v8; // time
    scalars[2] = v16; // count
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = v11; // time at 0.5 of the step
    scalars[7] = v8; // time at 1 of the step
    scalars[8] = v10; // 0.5 step
    scalars[9] = s1; // 1 step
    scalars[10] = v13; // 0.16666666666666666 step
    scalars[11] = v15; // 0.3333333333333333 step
}

// step, 2 programs at once: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_11(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s13 = scalars[13]; // 0.5 step meanwhile
    const double s12 = scalars[12]; // 0.16666666666666666 step meanwhile
    const double s14 = scalars[14]; // 0.3333333333333333 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    const wide w0_m2_m2 = *(const wide *)(a0 + p - 162);
    real a0_m2_m2 = w0_m2_m2.x, a0_m2_m1 = w0_m2_m2.y;
    const wide w0_m2_0 = *(const wide *)(a0 + p - 160);
    real a0_m2_0 = w0_m2_0.x, a0_m2_1 = w0_m2_0.y;
    const wide w0_m2_2 = *(const wide *)(a0 + p - 158);
    real a0_m2_2 = w0_m2_2.x, a0_m2_3 = w0_m2_2.y;
    const wide w0_m1_m2 = *(const wide *)(a0 + p - 82);
    real a0_m1_m2 = w0_m1_m2.x, a0_m1_m1 = w0_m1_m2.y;
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    const wide w0_m1_2 = *(const wide *)(a0 + p - 78);
    real a0_m1_2 = w0_m1_2.x, a0_m1_3 = w0_m1_2.y;
    const wide w0_m2 = *(const wide *)(a0 + p - 2);
    real a0_m2 = w0_m2.x, a0_m1 = w0_m2.y;
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    const wide w0_2 = *(const wide *)(a0 + p + 2);
    real a0_2 = w0_2.x, a0_3 = w0_2.y;
    const wide w0_1_m2 = *(const wide *)(a0 + p + 78);
    real a0_1_m2 = w0_1_m2.x, a0_1_m1 = w0_1_m2.y;
    const wide w0_1_0 = *(const wide *)(a0 + p + 80);
    real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
    const wide w0_1_2 = *(const wide *)(a0 + p + 82);
    real a0_1_2 = w0_1_2.x, a0_1_3 = w0_1_2.y;
    const wide w1_m2_m2 = *(const wide *)(a1 + p - 162);
    real a1_m2_m2 = w1_m2_m2.x, a1_m2_m1 = w1_m2_m2.y;
    const wide w1_m2_0 = *(const wide *)(a1 + p - 160);
    real a1_m2_0 = w1_m2_0.x, a1_m2_1 = w1_m2_0.y;
    const wide w1_m2_2 = *(const wide *)(a1 + p - 158);
    real a1_m2_2 = w1_m2_2.x, a1_m2_3 = w1_m2_2.y;
    const wide w1_m1_m2 = *(const wide *)(a1 + p - 82);
    real a1_m1_m2 = w1_m1_m2.x, a1_m1_m1 = w1_m1_m2.y;
    const wide w1_m1_0 = *(const wide *)(a1 + p - 80);
    real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y;
    const wide w1_m1_2 = *(const wide *)(a1 + p - 78);
    real a1_m1_2 = w1_m1_2.x, a1_m1_3 = w1_m1_2.y;
    const wide w1_m2 = *(const wide *)(a1 + p - 2);
    real a1_m2 = w1_m2.x, a1_m1 = w1_m2.y;
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    const wide w1_2 = *(const wide *)(a1 + p + 2);
    real a1_2 = w1_2.x, a1_3 = w1_2.y;
    const wide w1_1_m2 = *(const wide *)(a1 + p + 78);
    real a1_1_m2 = w1_1_m2.x, a1_1_m1 = w1_1_m2.y;
    const wide w1_1_0 = *(const wide *)(a1 + p + 80);
    real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
    const wide w1_1_2 = *(const wide *)(a1 + p + 82);
    real a1_1_2 = w1_1_2.x, a1_1_3 = w1_1_2.y;
    for (; j < last; j++, p += 80) {
        const wide w0_2_m2 = *(const wide *)(a0 + p + 158);
        const real a0_2_m2 = w0_2_m2.x, a0_2_m1 = w0_2_m2.y;
        const wide w0_2_0 = *(const wide *)(a0 + p + 160);
        const real a0_2_0 = w0_2_0.x, a0_2_1 = w0_2_0.y;
        const wide w0_2_2 = *(const wide *)(a0 + p + 162);
        const real a0_2_2 = w0_2_2.x, a0_2_3 = w0_2_2.y;
        const wide w1_2_m2 = *(const wide *)(a1 + p + 158);
        const real a1_2_m2 = w1_2_m2.x, a1_2_m1 = w1_2_m2.y;
        const wide w1_2_0 = *(const wide *)(a1 + p + 160);
        const real a1_2_0 = w1_2_0.x, a1_2_1 = w1_2_0.y;
        const wide w1_2_2 = *(const wide *)(a1 + p + 162);
        const real a1_2_2 = w1_2_2.x, a1_2_3 = w1_2_2.y;
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
        const double v29 = fma(v27, s13, a0_0);
        const double v36 = a0_m1_0 * a0_m1_0;
        const double v37 = fma(a1_m1_0, a1_m1_0, v36);
        const double v38 = -a0_m1_0;
        const double v39 = fma(a1_m1_0, (-0x1.8p+0), v38); // -1.5
        const double v40 = a0_m2_0 + a0_0;
        const double v41 = a0_m1_m1 + a0_m1_1;
        const double v42 = v40 + v41;
        const double v43 = fma(v37, v39, v42);
        const double v44 = a1_m2_0 + a1_0;
        const double v45 = a1_m1_m1 + a1_m1_1;
        const double v46 = v44 + v45;
        const double v47 = fma(a0_m1_0, (-3.0), v43);
        const double v48 = fma(v46, (-0x1p-1), v47); // -0.5
        const double v49 = fma(a1_m1_0, 2.0, v48);
        const double v50 = fma(v49, s13, a0_m1_0);
        const double v57 = a0_1_0 * a0_1_0;
        const double v58 = fma(a1_1_0, a1_1_0, v57);
        const double v59 = -a0_1_0;
        const double v60 = fma(a1_1_0, (-0x1.8p+0), v59); // -1.5
        const double v61 = a0_0 + a0_2_0;
        const double v62 = a0_1_m1 + a0_1_1;
        const double v63 = v61 + v62;
        const double v64 = fma(v58, v60, v63);
        const double v65 = a1_0 + a1_2_0;
        const double v66 = a1_1_m1 + a1_1_1;
        const double v67 = v65 + v66;
        const double v68 = fma(a0_1_0, (-3.0), v64);
        const double v69 = fma(v67, (-0x1p-1), v68); // -0.5
        const double v70 = fma(a1_1_0, 2.0, v69);
        const double v71 = fma(v70, s13, a0_1_0);
        const double v74 = a0_m1 * a0_m1;
        const double v75 = fma(a1_m1, a1_m1, v74);
        const double v76 = -a0_m1;
        const double v77 = fma(a1_m1, (-0x1.8p+0), v76); // -1.5
        const double v78 = a0_m1_m1 + a0_1_m1;
        const double v79 = a0_m2 + a0_0;
        const double v80 = v78 + v79;
        const double v81 = fma(v75, v77, v80);
        const double v82 = a1_m1_m1 + a1_1_m1;
        const double v83 = a1_m2 + a1_0;
        const double v84 = v82 + v83;
        const double v85 = fma(a0_m1, (-3.0), v81);
        const double v86 = fma(v84, (-0x1p-1), v85); // -0.5
        const double v87 = fma(a1_m1, 2.0, v86);
        const double v88 = fma(v87, s13, a0_m1);
        const double v91 = a0_1 * a0_1;
        const double v92 = fma(a1_1, a1_1, v91);
        const double v93 = -a0_1;
        const double v94 = fma(a1_1, (-0x1.8p+0), v93); // -1.5
        const double v95 = a0_m1_1 + a0_1_1;
        const double v96 = a0_0 + a0_2;
        const double v97 = v95 + v96;
        const double v98 = fma(v92, v94, v97);
        const double v99 = a1_m1_1 + a1_1_1;
        const double v100 = a1_0 + a1_2;
        const double v101 = v99 + v100;
        const double v102 = fma(a0_1, (-3.0), v98);
        const double v103 = fma(v101, (-0x1p-1), v102); // -0.5
        const double v104 = fma(a1_1, 2.0, v103);
        const double v105 = fma(v104, s13, a0_1);
        const double v106 = -a1_m1_0;
        const double v108 = fma(a0_m1_0, 0x1.8p+0, v106); // 1.5
        const double v109 = fma(v37, v108, v46);
        const double v110 = fma(a1_m1_0, (-3.0), v109);
        const double v112 = fma(v42, 0x1p-1, v110); // 0.5
        const double v114 = fma(a0_m1_0, (-2.0), v112);
        const double v115 = fma(v114, s13, a1_m1_0);
        const double v116 = -a1_0;
        const double v117 = fma(a0_0, 0x1.8p+0, v116); // 1.5
        const double v118 = fma(v11, v117, v21);
        const double v119 = fma(a1_0, (-3.0), v118);
        const double v120 = fma(v17, 0x1p-1, v119); // 0.5
        const double v121 = fma(a0_0, (-2.0), v120);
        const double v122 = fma(v121, s13, a1_0);
        const double v123 = -a1_1_0;
        const double v124 = fma(a0_1_0, 0x1.8p+0, v123); // 1.5
        const double v125 = fma(v58, v124, v67);
        const double v126 = fma(a1_1_0, (-3.0), v125);
        const double v127 = fma(v63, 0x1p-1, v126); // 0.5
        const double v128 = fma(a0_1_0, (-2.0), v127);
        const double v129 = fma(v128, s13, a1_1_0);
        const double v130 = -a1_m1;
        const double v131 = fma(a0_m1, 0x1.8p+0, v130); // 1.5
        const double v132 = fma(v75, v131, v84);
        const double v133 = fma(a1_m1, (-3.0), v132);
        const double v134 = fma(v80, 0x1p-1, v133); // 0.5
        const double v135 = fma(a0_m1, (-2.0), v134);
        const double v136 = fma(v135, s13, a1_m1);
        const double v137 = -a1_1;
        const double v138 = fma(a0_1, 0x1.8p+0, v137); // 1.5
        const double v139 = fma(v92, v138, v101);
        const double v140 = fma(a1_1, (-3.0), v139);
        const double v141 = fma(v97, 0x1p-1, v140); // 0.5
        const double v142 = fma(a0_1, (-2.0), v141);
        const double v143 = fma(v142, s13, a1_1);
        const double v144 = v29 * v29;
        const double v145 = fma(v122, v122, v144);
        const double v146 = -v29;
        const double v147 = fma(v122, (-0x1.8p+0), v146); // -1.5
        const double v148 = v50 + v71;
        const double v149 = v88 + v105;
        const double v150 = v148 + v149;
        const double v151 = fma(v145, v147, v150);
        const double v152 = v115 + v129;
        const double v153 = v136 + v143;
        const double v154 = v152 + v153;
        const double v155 = fma(v29, (-3.0), v151);
        const double v156 = fma(v154, (-0x1p-1), v155); // -0.5
        const double v157 = fma(v122, 2.0, v156);
        const double v159 = fma(v27, s12, a0_0);
        const double v161 = fma(v157, s14, v159);
        const double v162 = fma(v157, s13, a0_0);
        const double v163 = -v122;
        const double v164 = fma(v29, 0x1.8p+0, v163); // 1.5
        const double v165 = fma(v145, v164, v154);
        const double v166 = fma(v122, (-3.0), v165);
        const double v167 = fma(v150, 0x1p-1, v166); // 0.5
        const double v168 = fma(v29, (-2.0), v167);
        const double v169 = fma(v121, s12, a1_0);
        const double v170 = fma(v168, s14, v169);
        const double v171 = fma(v168, s13, a1_0);
        const double v176 = a0_m1_1 * a0_m1_1;
        const double v177 = fma(a1_m1_1, a1_m1_1, v176);
        const double v178 = -a0_m1_1;
        const double v179 = fma(a1_m1_1, (-0x1.8p+0), v178); // -1.5
        const double v180 = a0_m2_1 + a0_1;
        const double v181 = a0_m1_0 + a0_m1_2;
        const double v182 = v180 + v181;
        const double v183 = fma(v177, v179, v182);
        const double v184 = a1_m2_1 + a1_1;
        const double v185 = a1_m1_0 + a1_m1_2;
        const double v186 = v184 + v185;
        const double v187 = fma(a0_m1_1, (-3.0), v183);
        const double v188 = fma(v186, (-0x1p-1), v187); // -0.5
        const double v189 = fma(a1_m1_1, 2.0, v188);
        const double v190 = fma(v189, s13, a0_m1_1);
        const double v195 = a0_1_1 * a0_1_1;
        const double v196 = fma(a1_1_1, a1_1_1, v195);
        const double v197 = -a0_1_1;
        const double v198 = fma(a1_1_1, (-0x1.8p+0), v197); // -1.5
        const double v199 = a0_1 + a0_2_1;
        const double v200 = a0_1_0 + a0_1_2;
        const double v201 = v199 + v200;
        const double v202 = fma(v196, v198, v201);
        const double v203 = a1_1 + a1_2_1;
        const double v204 = a1_1_0 + a1_1_2;
        const double v205 = v203 + v204;
        const double v206 = fma(a0_1_1, (-3.0), v202);
        const double v207 = fma(v205, (-0x1p-1), v206); // -0.5
        const double v208 = fma(a1_1_1, 2.0, v207);
        const double v209 = fma(v208, s13, a0_1_1);
        const double v212 = a0_2 * a0_2;
        const double v213 = fma(a1_2, a1_2, v212);
        const double v214 = -a0_2;
        const double v215 = fma(a1_2, (-0x1.8p+0), v214); // -1.5
        const double v216 = a0_m1_2 + a0_1_2;
        const double v217 = a0_1 + a0_3;
        const double v218 = v216 + v217;
        const double v219 = fma(v213, v215, v218);
        const double v220 = a1_m1_2 + a1_1_2;
        const double v221 = a1_1 + a1_3;
        const double v222 = v220 + v221;
        const double v223 = fma(a0_2, (-3.0), v219);
        const double v224 = fma(v222, (-0x1p-1), v223); // -0.5
        const double v225 = fma(a1_2, 2.0, v224);
        const double v226 = fma(v225, s13, a0_2);
        const double v227 = -a1_m1_1;
        const double v228 = fma(a0_m1_1, 0x1.8p+0, v227); // 1.5
        const double v229 = fma(v177, v228, v186);
        const double v230 = fma(a1_m1_1, (-3.0), v229);
        const double v231 = fma(v182, 0x1p-1, v230); // 0.5
        const double v232 = fma(a0_m1_1, (-2.0), v231);
        const double v233 = fma(v232, s13, a1_m1_1);
        const double v234 = -a1_1_1;
        const double v235 = fma(a0_1_1, 0x1.8p+0, v234); // 1.5
        const double v236 = fma(v196, v235, v205);
        const double v237 = fma(a1_1_1, (-3.0), v236);
        const double v238 = fma(v201, 0x1p-1, v237); // 0.5
        const double v239 = fma(a0_1_1, (-2.0), v238);
        const double v240 = fma(v239, s13, a1_1_1);
        const double v241 = -a1_2;
        const double v242 = fma(a0_2, 0x1.8p+0, v241); // 1.5
        const double v243 = fma(v213, v242, v222);
        const double v244 = fma(a1_2, (-3.0), v243);
        const double v245 = fma(v218, 0x1p-1, v244); // 0.5
        const double v246 = fma(a0_2, (-2.0), v245);
        const double v247 = fma(v246, s13, a1_2);
        const double v248 = v105 * v105;
        const double v249 = fma(v143, v143, v248);
        const double v250 = -v105;
        const double v251 = fma(v143, (-0x1.8p+0), v250); // -1.5
        const double v252 = v190 + v209;
        const double v253 = v29 + v226;
        const double v254 = v252 + v253;
        const double v255 = fma(v249, v251, v254);
        const double v256 = v233 + v240;
        const double v257 = v122 + v247;
        const double v258 = v256 + v257;
        const double v259 = fma(v105, (-3.0), v255);
        const double v260 = fma(v258, (-0x1p-1), v259); // -0.5
        const double v261 = fma(v143, 2.0, v260);
        const double v262 = fma(v104, s12, a0_1);
        const double v263 = fma(v261, s14, v262);
        const double v264 = fma(v261, s13, a0_1);
        const double v265 = -v143;
        const double v266 = fma(v105, 0x1.8p+0, v265); // 1.5
        const double v267 = fma(v249, v266, v258);
        const double v268 = fma(v143, (-3.0), v267);
        const double v269 = fma(v254, 0x1p-1, v268); // 0.5
        const double v270 = fma(v105, (-2.0), v269);
        const double v271 = fma(v142, s12, a1_1);
        const double v272 = fma(v270, s14, v271);
        const double v273 = fma(v270, s13, a1_1);
        if (whole) {
            *(wide *)(a2 + p) = wide{v161, v263};
            *(wide *)(a3 + p) = wide{v162, v264};
            *(wide *)(a4 + p) = wide{v170, v272};
            *(wide *)(a5 + p) = wide{v171, v273};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v161; a3[p] = v162; a4[p] = v170; a5[p] = v171; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v263; a3[p + 1] = v264; a4[p + 1] = v272; a5[p + 1] = v273; }
        }
        a0_m2_m2 = a0_m1_m2; a0_m2_m1 = a0_m1_m1; a0_m2_0 = a0_m1_0; a0_m2_1 = a0_m1_1; a0_m2_2 = a0_m1_2; a0_m2_3 = a0_m1_3;
        a0_m1_m2 = a0_m2; a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2; a0_m1_3 = a0_3;
        a0_m2 = a0_1_m2; a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2; a0_3 = a0_1_3;
        a0_1_m2 = a0_2_m2; a0_1_m1 = a0_2_m1; a0_1_0 = a0_2_0; a0_1_1 = a0_2_1; a0_1_2 = a0_2_2; a0_1_3 = a0_2_3;
        a1_m2_m2 = a1_m1_m2; a1_m2_m1 = a1_m1_m1; a1_m2_0 = a1_m1_0; a1_m2_1 = a1_m1_1; a1_m2_2 = a1_m1_2; a1_m2_3 = a1_m1_3;
        a1_m1_m2 = a1_m2; a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2; a1_m1_3 = a1_3;
        a1_m2 = a1_1_m2; a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2; a1_3 = a1_1_3;
        a1_1_m2 = a1_2_m2; a1_1_m1 = a1_2_m1; a1_1_0 = a1_2_0; a1_1_1 = a1_2_1; a1_1_2 = a1_2_2; a1_1_3 = a1_2_3;
    }
}

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_12(
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
    const double s13 = scalars[13]; // 0.5 step meanwhile
    const double s12 = scalars[12]; // 0.16666666666666666 step meanwhile
    const double s14 = scalars[14]; // 0.3333333333333333 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    real a0_m1 = a0[p - 1];
    real a0_m2_0 = a0[p - 160];
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a0_1_0 = a0[p + 80];
    real a0_m1_1 = a0[p - 79];
    real a0_1 = a0[p + 1];
    real a1_m1_m1 = a1[p - 81];
    real a1_m1 = a1[p - 1];
    real a1_m2_0 = a1[p - 160];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    real a1_1_0 = a1[p + 80];
    real a1_m1_1 = a1[p - 79];
    real a1_1 = a1[p + 1];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const real a0_2_0 = a0[p + 160];
        const real a0_1_1 = a0[p + 81];
        const real a1_1_m1 = a1[p + 79];
        const real a1_2_0 = a1[p + 160];
        const real a1_1_1 = a1[p + 81];
        const double a0_m2 = a0[p - 2];
        const double a1_m2 = a1[p - 2];
        const double a0_2 = a0[p + 2];
        const double a1_2 = a1[p + 2];
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
        const double v29 = fma(v27, s13, a0_0);
        const double v36 = a0_m1_0 * a0_m1_0;
        const double v37 = fma(a1_m1_0, a1_m1_0, v36);
        const double v38 = -a0_m1_0;
        const double v39 = fma(a1_m1_0, (-0x1.8p+0), v38); // -1.5
        const double v40 = a0_m2_0 + a0_0;
        const double v41 = a0_m1_m1 + a0_m1_1;
        const double v42 = v40 + v41;
        const double v43 = fma(v37, v39, v42);
        const double v44 = a1_m2_0 + a1_0;
        const double v45 = a1_m1_m1 + a1_m1_1;
        const double v46 = v44 + v45;
        const double v47 = fma(a0_m1_0, (-3.0), v43);
        const double v48 = fma(v46, (-0x1p-1), v47); // -0.5
        const double v49 = fma(a1_m1_0, 2.0, v48);
        const double v50 = fma(v49, s13, a0_m1_0);
        const double v57 = a0_1_0 * a0_1_0;
        const double v58 = fma(a1_1_0, a1_1_0, v57);
        const double v59 = -a0_1_0;
        const double v60 = fma(a1_1_0, (-0x1.8p+0), v59); // -1.5
        const double v61 = a0_0 + a0_2_0;
        const double v62 = a0_1_m1 + a0_1_1;
        const double v63 = v61 + v62;
        const double v64 = fma(v58, v60, v63);
        const double v65 = a1_0 + a1_2_0;
        const double v66 = a1_1_m1 + a1_1_1;
        const double v67 = v65 + v66;
        const double v68 = fma(a0_1_0, (-3.0), v64);
        const double v69 = fma(v67, (-0x1p-1), v68); // -0.5
        const double v70 = fma(a1_1_0, 2.0, v69);
        const double v71 = fma(v70, s13, a0_1_0);
        const double v74 = a0_m1 * a0_m1;
        const double v75 = fma(a1_m1, a1_m1, v74);
        const double v76 = -a0_m1;
        const double v77 = fma(a1_m1, (-0x1.8p+0), v76); // -1.5
        const double v78 = a0_m1_m1 + a0_1_m1;
        const double v79 = a0_m2 + a0_0;
        const double v80 = v78 + v79;
        const double v81 = fma(v75, v77, v80);
        const double v82 = a1_m1_m1 + a1_1_m1;
        const double v83 = a1_m2 + a1_0;
        const double v84 = v82 + v83;
        const double v85 = fma(a0_m1, (-3.0), v81);
        const double v86 = fma(v84, (-0x1p-1), v85); // -0.5
        const double v87 = fma(a1_m1, 2.0, v86);
        const double v88 = fma(v87, s13, a0_m1);
        const double v91 = a0_1 * a0_1;
        const double v92 = fma(a1_1, a1_1, v91);
        const double v93 = -a0_1;
        const double v94 = fma(a1_1, (-0x1.8p+0), v93); // -1.5
        const double v95 = a0_m1_1 + a0_1_1;
        const double v96 = a0_0 + a0_2;
        const double v97 = v95 + v96;
        const double v98 = fma(v92, v94, v97);
        const double v99 = a1_m1_1 + a1_1_1;
        const double v100 = a1_0 + a1_2;
        const double v101 = v99 + v100;
        const double v102 = fma(a0_1, (-3.0), v98);
        const double v103 = fma(v101, (-0x1p-1), v102); // -0.5
        const double v104 = fma(a1_1, 2.0, v103);
        const double v105 = fma(v104, s13, a0_1);
        const double v106 = -a1_m1_0;
        const double v108 = fma(a0_m1_0, 0x1.8p+0, v106); // 1.5
        const double v109 = fma(v37, v108, v46);
        const double v110 = fma(a1_m1_0, (-3.0), v109);
        const double v112 = fma(v42, 0x1p-1, v110); // 0.5
        const double v114 = fma(a0_m1_0, (-2.0), v112);
        const double v115 = fma(v114, s13, a1_m1_0);
        const double v116 = -a1_0;
        const double v117 = fma(a0_0, 0x1.8p+0, v116); // 1.5
        const double v118 = fma(v11, v117, v21);
        const double v119 = fma(a1_0, (-3.0), v118);
        const double v120 = fma(v17, 0x1p-1, v119); // 0.5
        const double v121 = fma(a0_0, (-2.0), v120);
        const double v122 = fma(v121, s13, a1_0);
        const double v123 = -a1_1_0;
        const double v124 = fma(a0_1_0, 0x1.8p+0, v123); // 1.5
        const double v125 = fma(v58, v124, v67);
        const double v126 = fma(a1_1_0, (-3.0), v125);
        const double v127 = fma(v63, 0x1p-1, v126); // 0.5
        const double v128 = fma(a0_1_0, (-2.0), v127);
        const double v129 = fma(v128, s13, a1_1_0);
        const double v130 = -a1_m1;
        const double v131 = fma(a0_m1, 0x1.8p+0, v130); // 1.5
        const double v132 = fma(v75, v131, v84);
        const double v133 = fma(a1_m1, (-3.0), v132);
        const double v134 = fma(v80, 0x1p-1, v133); // 0.5
        const double v135 = fma(a0_m1, (-2.0), v134);
        const double v136 = fma(v135, s13, a1_m1);
        const double v137 = -a1_1;
        const double v138 = fma(a0_1, 0x1.8p+0, v137); // 1.5
        const double v139 = fma(v92, v138, v101);
        const double v140 = fma(a1_1, (-3.0), v139);
        const double v141 = fma(v97, 0x1p-1, v140); // 0.5
        const double v142 = fma(a0_1, (-2.0), v141);
        const double v143 = fma(v142, s13, a1_1);
        const double v144 = v29 * v29;
        const double v145 = fma(v122, v122, v144);
        const double v146 = -v29;
        const double v147 = fma(v122, (-0x1.8p+0), v146); // -1.5
        const double v148 = v50 + v71;
        const double v149 = v88 + v105;
        const double v150 = v148 + v149;
        const double v151 = fma(v145, v147, v150);
        const double v152 = v115 + v129;
        const double v153 = v136 + v143;
        const double v154 = v152 + v153;
        const double v155 = fma(v29, (-3.0), v151);
        const double v156 = fma(v154, (-0x1p-1), v155); // -0.5
        const double v157 = fma(v122, 2.0, v156);
        const double v159 = fma(v27, s12, a0_0);
        const double v161 = fma(v157, s14, v159);
        const double v162 = fma(v157, s13, a0_0);
        const double v163 = -v122;
        const double v164 = fma(v29, 0x1.8p+0, v163); // 1.5
        const double v165 = fma(v145, v164, v154);
        const double v166 = fma(v122, (-3.0), v165);
        const double v167 = fma(v150, 0x1p-1, v166); // 0.5
        const double v168 = fma(v29, (-2.0), v167);
        const double v169 = fma(v121, s12, a1_0);
        const double v170 = fma(v168, s14, v169);
        const double v171 = fma(v168, s13, a1_0);
        a2[p] = v161;
        a3[p] = v162;
        a4[p] = v170;
        a5[p] = v171;
        a0_m1_m1 = a0_m1;
        a0_m1 = a0_1_m1;
        a0_m2_0 = a0_m1_0;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a0_1_0 = a0_2_0;
        a0_m1_1 = a0_1;
        a0_1 = a0_1_1;
        a1_m1_m1 = a1_m1;
        a1_m1 = a1_1_m1;
        a1_m2_0 = a1_m1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
        a1_1_0 = a1_2_0;
        a1_m1_1 = a1_1;
        a1_1 = a1_1_1;
    }
}

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_13(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const real *__restrict__ a4,
    const real *__restrict__ a5,
    real *a6,
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
    const double s15 = scalars[15]; // 1 step meanwhile
    const double s14 = scalars[14]; // 0.3333333333333333 step meanwhile
    const double s12 = scalars[12]; // 0.16666666666666666 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    real a3_m1_m1 = a3[p - 81];
    real a3_m1 = a3[p - 1];
    real a3_m2_0 = a3[p - 160];
    real a3_m1_0 = a3[p - 80];
    real a3_0 = a3[p];
    real a3_1_0 = a3[p + 80];
    real a3_m1_1 = a3[p - 79];
    real a3_1 = a3[p + 1];
    real a5_m1_m1 = a5[p - 81];
    real a5_m1 = a5[p - 1];
    real a5_m2_0 = a5[p - 160];
    real a5_m1_0 = a5[p - 80];
    real a5_0 = a5[p];
    real a5_1_0 = a5[p + 80];
    real a5_m1_1 = a5[p - 79];
    real a5_1 = a5[p + 1];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const real a1_1_0 = a1[p + 80];
        const real a3_1_m1 = a3[p + 79];
        const real a3_2_0 = a3[p + 160];
        const real a3_1_1 = a3[p + 81];
        const real a5_1_m1 = a5[p + 79];
        const real a5_2_0 = a5[p + 160];
        const real a5_1_1 = a5[p + 81];
        const double a3_m2 = a3[p - 2];
        const double a5_m2 = a5[p - 2];
        const double a0_m1 = a0[p - 1];
        const double a3_2 = a3[p + 2];
        const double a5_2 = a5[p + 2];
        const double a0_1 = a0[p + 1];
        const double a1_m1 = a1[p - 1];
        const double a1_1 = a1[p + 1];
        const double a2_0 = a2[p];
        const double a4_0 = a4[p];
        const double v10 = a3_0 * a3_0;
        const double v11 = fma(a5_0, a5_0, v10);
        const double v12 = -a3_0;
        const double v14 = fma(a5_0, (-0x1.8p+0), v12); // -1.5
        const double v15 = a3_m1_0 + a3_1_0;
        const double v16 = a3_m1 + a3_1;
        const double v17 = v15 + v16;
        const double v18 = fma(v11, v14, v17);
        const double v19 = a5_m1_0 + a5_1_0;
        const double v20 = a5_m1 + a5_1;
        const double v21 = v19 + v20;
        const double v23 = fma(a3_0, (-3.0), v18);
        const double v25 = fma(v21, (-0x1p-1), v23); // -0.5
        const double v27 = fma(a5_0, 2.0, v25);
        const double v30 = fma(v27, s15, a0_0);
        const double v37 = a3_m1_0 * a3_m1_0;
        const double v38 = fma(a5_m1_0, a5_m1_0, v37);
        const double v39 = -a3_m1_0;
        const double v40 = fma(a5_m1_0, (-0x1.8p+0), v39); // -1.5
        const double v41 = a3_m2_0 + a3_0;
        const double v42 = a3_m1_m1 + a3_m1_1;
        const double v43 = v41 + v42;
        const double v44 = fma(v38, v40, v43);
        const double v45 = a5_m2_0 + a5_0;
        const double v46 = a5_m1_m1 + a5_m1_1;
        const double v47 = v45 + v46;
        const double v48 = fma(a3_m1_0, (-3.0), v44);
        const double v49 = fma(v47, (-0x1p-1), v48); // -0.5
        const double v50 = fma(a5_m1_0, 2.0, v49);
        const double v52 = fma(v50, s15, a0_m1_0);
        const double v59 = a3_1_0 * a3_1_0;
        const double v60 = fma(a5_1_0, a5_1_0, v59);
        const double v61 = -a3_1_0;
        const double v62 = fma(a5_1_0, (-0x1.8p+0), v61); // -1.5
        const double v63 = a3_0 + a3_2_0;
        const double v64 = a3_1_m1 + a3_1_1;
        const double v65 = v63 + v64;
        const double v66 = fma(v60, v62, v65);
        const double v67 = a5_0 + a5_2_0;
        const double v68 = a5_1_m1 + a5_1_1;
        const double v69 = v67 + v68;
        const double v70 = fma(a3_1_0, (-3.0), v66);
        const double v71 = fma(v69, (-0x1p-1), v70); // -0.5
        const double v72 = fma(a5_1_0, 2.0, v71);
        const double v74 = fma(v72, s15, a0_1_0);
        const double v77 = a3_m1 * a3_m1;
        const double v78 = fma(a5_m1, a5_m1, v77);
        const double v79 = -a3_m1;
        const double v80 = fma(a5_m1, (-0x1.8p+0), v79); // -1.5
        const double v81 = a3_m1_m1 + a3_1_m1;
        const double v82 = a3_m2 + a3_0;
        const double v83 = v81 + v82;
        const double v84 = fma(v78, v80, v83);
        const double v85 = a5_m1_m1 + a5_1_m1;
        const double v86 = a5_m2 + a5_0;
        const double v87 = v85 + v86;
        const double v88 = fma(a3_m1, (-3.0), v84);
        const double v89 = fma(v87, (-0x1p-1), v88); // -0.5
        const double v90 = fma(a5_m1, 2.0, v89);
        const double v92 = fma(v90, s15, a0_m1);
        const double v95 = a3_1 * a3_1;
        const double v96 = fma(a5_1, a5_1, v95);
        const double v97 = -a3_1;
        const double v98 = fma(a5_1, (-0x1.8p+0), v97); // -1.5
        const double v99 = a3_m1_1 + a3_1_1;
        const double v100 = a3_0 + a3_2;
        const double v101 = v99 + v100;
        const double v102 = fma(v96, v98, v101);
        const double v103 = a5_m1_1 + a5_1_1;
        const double v104 = a5_0 + a5_2;
        const double v105 = v103 + v104;
        const double v106 = fma(a3_1, (-3.0), v102);
        const double v107 = fma(v105, (-0x1p-1), v106); // -0.5
        const double v108 = fma(a5_1, 2.0, v107);
        const double v110 = fma(v108, s15, a0_1);
        const double v111 = -a5_m1_0;
        const double v113 = fma(a3_m1_0, 0x1.8p+0, v111); // 1.5
        const double v114 = fma(v38, v113, v47);
        const double v115 = fma(a5_m1_0, (-3.0), v114);
        const double v117 = fma(v43, 0x1p-1, v115); // 0.5
        const double v119 = fma(a3_m1_0, (-2.0), v117);
        const double v121 = fma(v119, s15, a1_m1_0);
        const double v122 = -a5_0;
        const double v123 = fma(a3_0, 0x1.8p+0, v122); // 1.5
        const double v124 = fma(v11, v123, v21);
        const double v125 = fma(a5_0, (-3.0), v124);
        const double v126 = fma(v17, 0x1p-1, v125); // 0.5
        const double v127 = fma(a3_0, (-2.0), v126);
        const double v129 = fma(v127, s15, a1_0);
        const double v130 = -a5_1_0;
        const double v131 = fma(a3_1_0, 0x1.8p+0, v130); // 1.5
        const double v132 = fma(v60, v131, v69);
        const double v133 = fma(a5_1_0, (-3.0), v132);
        const double v134 = fma(v65, 0x1p-1, v133); // 0.5
        const double v135 = fma(a3_1_0, (-2.0), v134);
        const double v137 = fma(v135, s15, a1_1_0);
        const double v138 = -a5_m1;
        const double v139 = fma(a3_m1, 0x1.8p+0, v138); // 1.5
        const double v140 = fma(v78, v139, v87);
        const double v141 = fma(a5_m1, (-3.0), v140);
        const double v142 = fma(v83, 0x1p-1, v141); // 0.5
        const double v143 = fma(a3_m1, (-2.0), v142);
        const double v145 = fma(v143, s15, a1_m1);
        const double v146 = -a5_1;
        const double v147 = fma(a3_1, 0x1.8p+0, v146); // 1.5
        const double v148 = fma(v96, v147, v105);
        const double v149 = fma(a5_1, (-3.0), v148);
        const double v150 = fma(v101, 0x1p-1, v149); // 0.5
        const double v151 = fma(a3_1, (-2.0), v150);
        const double v153 = fma(v151, s15, a1_1);
        const double v154 = v30 * v30;
        const double v155 = fma(v129, v129, v154);
        const double v156 = -v30;
        const double v157 = fma(v129, (-0x1.8p+0), v156); // -1.5
        const double v158 = v52 + v74;
        const double v159 = v92 + v110;
        const double v160 = v158 + v159;
        const double v161 = fma(v155, v157, v160);
        const double v162 = v121 + v137;
        const double v163 = v145 + v153;
        const double v164 = v162 + v163;
        const double v165 = fma(v30, (-3.0), v161);
        const double v166 = fma(v164, (-0x1p-1), v165); // -0.5
        const double v167 = fma(v129, 2.0, v166);
        const double v170 = fma(v27, s14, a2_0);
        const double v172 = fma(v167, s12, v170);
        const double v173 = -v129;
        const double v174 = fma(v30, 0x1.8p+0, v173); // 1.5
        const double v175 = fma(v155, v174, v164);
        const double v176 = fma(v129, (-3.0), v175);
        const double v177 = fma(v160, 0x1p-1, v176); // 0.5
        const double v178 = fma(v30, (-2.0), v177);
        const double v180 = fma(v127, s14, a4_0);
        const double v181 = fma(v178, s12, v180);
        a6[p] = v172;
        a7[p] = v181;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
        a3_m1_m1 = a3_m1;
        a3_m1 = a3_1_m1;
        a3_m2_0 = a3_m1_0;
        a3_m1_0 = a3_0;
        a3_0 = a3_1_0;
        a3_1_0 = a3_2_0;
        a3_m1_1 = a3_1;
        a3_1 = a3_1_1;
        a5_m1_m1 = a5_m1;
        a5_m1 = a5_1_m1;
        a5_m2_0 = a5_m1_0;
        a5_m1_0 = a5_0;
        a5_0 = a5_1_0;
        a5_1_0 = a5_2_0;
        a5_m1_1 = a5_1;
        a5_1 = a5_1_1;
    }
}
