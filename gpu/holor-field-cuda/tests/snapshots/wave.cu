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
    if (c < 828) {
        k = (int)(c % 23) - 2;
        c /= 23;
        j = (int)(c % 9) - 2;
        c /= 9;
        i = ghost((int)c, 2, 6);
    } else if ((c -= 828) < 552) {
        k = (int)(c % 23) - 2;
        c /= 23;
        j = ghost((int)(c % 4), 2, 5);
        c /= 4;
        i = (int)c;
    } else if ((c -= 552) < 120) {
        k = ghost((int)(c % 4), 2, 19);
        c /= 4;
        j = (int)(c % 5);
        c /= 5;
        i = (int)c;
    } else {
        return;
    }
    const int from_i = inside(i, 6);
    const int from_j = inside(j, 5);
    const int from_k = inside(k, 19);
    const place p = (place)i * 576 + (place)j * 64 + k;
    const place q = (place)from_i * 576 + (place)from_j * 64 + from_k;
    a0[p] = a0[q];
}

// place before: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_1(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s1 = scalars[1]; // step
    const double v20 = s1 * 0x1p-1; // 0.5
    const double v21 = s1 * v20;
    if (first >= last) return;
    int i = first;
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_0_m1 = a0[p - 577];
    const wide w0_m1_0_0 = *(const wide *)(a0 + p - 576);
    real a0_m1_0_0 = w0_m1_0_0.x, a0_m1_0_1 = w0_m1_0_0.y;
    real a0_m1_0_2 = a0[p - 574];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    for (; i < last; i++, p += 576) {
        const real a0_1_0_m1 = a0[p + 575];
        const wide w0_1_0_0 = *(const wide *)(a0 + p + 576);
        const real a0_1_0_0 = w0_1_0_0.x, a0_1_0_1 = w0_1_0_0.y;
        const real a0_1_0_2 = a0[p + 578];
        const wide w0_m1_0 = *(const wide *)(a0 + p - 64);
        const real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
        const wide w0_1_0 = *(const wide *)(a0 + p + 64);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const wide w1_0 = *(const wide *)(a1 + p);
        const real a1_0 = w1_0.x, a1_1 = w1_0.y;
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
        const double v31 = a0_m1_0_1 + a0_1_0_1;
        const double v32 = a0_m1_1 + a0_1_1;
        const double v33 = a0_0 + a0_2;
        const double v34 = v31 + v32;
        const double v35 = v33 + v34;
        const double v36 = v35 * 0x1.999999999999ap-3; // 0.2
        const double v37 = fma(a0_1, (-0x1.3333333333334p+0), v36); // -1.2000000000000002
        const double v39 = fma(0.0, a1_1, v37);
        const double v40 = -a1_1;
        const double v41 = fma(s1, v40, a0_1);
        const double v42 = fma(v21, v39, v41);
        if (whole) {
            *(wide *)(a2 + p) = wide{v25, v42};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v25; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v42; }
        }
        a0_m1_0_m1 = a0_m1; a0_m1_0_0 = a0_0; a0_m1_0_1 = a0_1; a0_m1_0_2 = a0_2;
        a0_m1 = a0_1_0_m1; a0_0 = a0_1_0_0; a0_1 = a0_1_0_1; a0_2 = a0_1_0_2;
    }
}

// place before: cells
extern "C" __global__ void __launch_bounds__(256)
cells_2(
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
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 576];
    real a0_0 = a0[p];
    for (; i < last; i++, p += 576) {
        const real a0_1_0_0 = a0[p + 576];
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
scalars_3(
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
scalars_4(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double v1 = s1 * s1;
    scalars[7] = v1; // step squared
}

// leapfrog: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_5(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s7 = scalars[7]; // step squared
    if (first >= last) return;
    int i = first;
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_0_m1 = a0[p - 577];
    const wide w0_m1_0_0 = *(const wide *)(a0 + p - 576);
    real a0_m1_0_0 = w0_m1_0_0.x, a0_m1_0_1 = w0_m1_0_0.y;
    real a0_m1_0_2 = a0[p - 574];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    for (; i < last; i++, p += 576) {
        const real a0_1_0_m1 = a0[p + 575];
        const wide w0_1_0_0 = *(const wide *)(a0 + p + 576);
        const real a0_1_0_0 = w0_1_0_0.x, a0_1_0_1 = w0_1_0_0.y;
        const real a0_1_0_2 = a0[p + 578];
        const wide w0_m1_0 = *(const wide *)(a0 + p - 64);
        const real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
        const wide w0_1_0 = *(const wide *)(a0 + p + 64);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const wide w1_0 = *(const wide *)(a1 + p);
        const real a1_0 = w1_0.x, a1_1 = w1_0.y;
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
        const double v27 = a0_m1_0_1 + a0_1_0_1;
        const double v28 = a0_m1_1 + a0_1_1;
        const double v29 = a0_0 + a0_2;
        const double v30 = v27 + v28;
        const double v31 = v29 + v30;
        const double v32 = v31 * 0x1.999999999999ap-3; // 0.2
        const double v33 = fma(a0_1, (-0x1.3333333333334p+0), v32); // -1.2000000000000002
        const double v35 = -a1_1;
        const double v36 = fma(a0_1, 2.0, v35);
        const double v37 = fma(v33, s7, v36);
        if (whole) {
            *(wide *)(a1 + p) = wide{v21, v37};
        } else {
            if (k >= k0 && k < k0 + nk) { a1[p] = v21; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a1[p + 1] = v37; }
        }
        a0_m1_0_m1 = a0_m1; a0_m1_0_0 = a0_0; a0_m1_0_1 = a0_1; a0_m1_0_2 = a0_2;
        a0_m1 = a0_1_0_m1; a0_0 = a0_1_0_0; a0_1 = a0_1_0_1; a0_2 = a0_1_0_2;
    }
}

// leapfrog: cells
extern "C" __global__ void __launch_bounds__(256)
cells_6(
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
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 576];
    real a0_0 = a0[p];
    for (; i < last; i++, p += 576) {
        const real a0_1_0_0 = a0[p + 576];
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
scalars_7(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    scalars[8] = s1; // step to come
}

// resize: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_8(
    double *scalars)
{
    const double s9 = scalars[9]; // former step
    scalars[1] = s9; // step
}

// velocity: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_9(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s1 = scalars[1]; // step
    const double v19 = s1 * 0x1p-1; // 0.5
    if (first >= last) return;
    int i = first;
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_0_m1 = a0[p - 577];
    const wide w0_m1_0_0 = *(const wide *)(a0 + p - 576);
    real a0_m1_0_0 = w0_m1_0_0.x, a0_m1_0_1 = w0_m1_0_0.y;
    real a0_m1_0_2 = a0[p - 574];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    for (; i < last; i++, p += 576) {
        const real a0_1_0_m1 = a0[p + 575];
        const wide w0_1_0_0 = *(const wide *)(a0 + p + 576);
        const real a0_1_0_0 = w0_1_0_0.x, a0_1_0_1 = w0_1_0_0.y;
        const real a0_1_0_2 = a0[p + 578];
        const wide w0_m1_0 = *(const wide *)(a0 + p - 64);
        const real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
        const wide w0_1_0 = *(const wide *)(a0 + p + 64);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const wide w1_0 = *(const wide *)(a1 + p);
        const real a1_0 = w1_0.x, a1_1 = w1_0.y;
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
        const double v28 = a0_m1_0_1 + a0_1_0_1;
        const double v29 = a0_m1_1 + a0_1_1;
        const double v30 = a0_0 + a0_2;
        const double v31 = v28 + v29;
        const double v32 = v30 + v31;
        const double v33 = v32 * 0x1.999999999999ap-3; // 0.2
        const double v34 = fma(a0_1, (-0x1.3333333333334p+0), v33); // -1.2000000000000002
        const double v36 = a0_1 - a1_1;
        const double v37 = v36 / s1;
        const double v38 = fma(v34, v19, v37);
        if (whole) {
            *(wide *)(a2 + p) = wide{v22, v38};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v22; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v38; }
        }
        a0_m1_0_m1 = a0_m1; a0_m1_0_0 = a0_0; a0_m1_0_1 = a0_1; a0_m1_0_2 = a0_2;
        a0_m1 = a0_1_0_m1; a0_0 = a0_1_0_0; a0_1 = a0_1_0_1; a0_2 = a0_1_0_2;
    }
}

// velocity: cells
extern "C" __global__ void __launch_bounds__(256)
cells_10(
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
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 576];
    real a0_0 = a0[p];
    for (; i < last; i++, p += 576) {
        const real a0_1_0_0 = a0[p + 576];
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
scalars_11(
    double *scalars)
{
    const double s8 = scalars[8]; // step to come
    scalars[1] = s8; // step
}

// step with 2 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_12(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double s3 = scalars[3]; // time origin
    const double s4 = scalars[4]; // count origin
    const double s2 = scalars[2]; // count
    const double v6 = s2 - s4;
    const double v7 = 1.0 + v6;
    const double v8 = fma(s1, v7, s3);
    const double v10 = s1 * 0x1p-1; // 0.5
    const double v11 = s2 + 1.0;
    const double v12 = s1 * s1;
    const double v13 = v11 - s4;
    const double v14 = 1.0 + v13;
    const double v15 = fma(s1, v14, s3);
    const double v16 = v11 + 1.0;
    scalars[10] = v12; // step squared meanwhile
    scalars[0] = v15; // time
    scalars[2] = v16; // count
    scalars[5] = v8; // time at 0 of the step
    scalars[6] = v10; // 0.5 step
    scalars[7] = v12; // step squared
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
ghosts_13(
    real *a0,
    real *a1)
{
    long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    int i, j, k;
    if (c < 828) {
        k = (int)(c % 23) - 2;
        c /= 23;
        j = (int)(c % 9) - 2;
        c /= 9;
        i = ghost((int)c, 2, 6);
    } else if ((c -= 828) < 552) {
        k = (int)(c % 23) - 2;
        c /= 23;
        j = ghost((int)(c % 4), 2, 5);
        c /= 4;
        i = (int)c;
    } else if ((c -= 552) < 120) {
        k = ghost((int)(c % 4), 2, 19);
        c /= 4;
        j = (int)(c % 5);
        c /= 5;
        i = (int)c;
    } else {
        return;
    }
    const int from_i = inside(i, 6);
    const int from_j = inside(j, 5);
    const int from_k = inside(k, 19);
    const place p = (place)i * 576 + (place)j * 64 + k;
    const place q = (place)from_i * 576 + (place)from_j * 64 + from_k;
    a0[p] = a0[q];
    a1[p] = a1[q];
}

// step, 2 programs at once: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_14(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    real *a3,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s10 = scalars[10]; // step squared meanwhile
    if (first >= last) return;
    int i = first;
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_m1_m1 = a0[p - 641];
    const wide w0_m1_m1_0 = *(const wide *)(a0 + p - 640);
    real a0_m1_m1_0 = w0_m1_m1_0.x, a0_m1_m1_1 = w0_m1_m1_0.y;
    real a0_m1_m1_2 = a0[p - 638];
    real a0_m1_m1 = a0[p - 65];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 64);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 62];
    const wide w0_m2_0_m2 = *(const wide *)(a0 + p - 1154);
    real a0_m2_0_m2 = w0_m2_0_m2.x, a0_m2_0_m1 = w0_m2_0_m2.y;
    const wide w0_m2_0_0 = *(const wide *)(a0 + p - 1152);
    real a0_m2_0_0 = w0_m2_0_0.x, a0_m2_0_1 = w0_m2_0_0.y;
    const wide w0_m2_0_2 = *(const wide *)(a0 + p - 1150);
    real a0_m2_0_2 = w0_m2_0_2.x, a0_m2_0_3 = w0_m2_0_2.y;
    const wide w0_m1_0_m2 = *(const wide *)(a0 + p - 578);
    real a0_m1_0_m2 = w0_m1_0_m2.x, a0_m1_0_m1 = w0_m1_0_m2.y;
    const wide w0_m1_0_0 = *(const wide *)(a0 + p - 576);
    real a0_m1_0_0 = w0_m1_0_0.x, a0_m1_0_1 = w0_m1_0_0.y;
    const wide w0_m1_0_2 = *(const wide *)(a0 + p - 574);
    real a0_m1_0_2 = w0_m1_0_2.x, a0_m1_0_3 = w0_m1_0_2.y;
    const wide w0_m2 = *(const wide *)(a0 + p - 2);
    real a0_m2 = w0_m2.x, a0_m1 = w0_m2.y;
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    const wide w0_2 = *(const wide *)(a0 + p + 2);
    real a0_2 = w0_2.x, a0_3 = w0_2.y;
    const wide w0_1_0_m2 = *(const wide *)(a0 + p + 574);
    real a0_1_0_m2 = w0_1_0_m2.x, a0_1_0_m1 = w0_1_0_m2.y;
    const wide w0_1_0_0 = *(const wide *)(a0 + p + 576);
    real a0_1_0_0 = w0_1_0_0.x, a0_1_0_1 = w0_1_0_0.y;
    const wide w0_1_0_2 = *(const wide *)(a0 + p + 578);
    real a0_1_0_2 = w0_1_0_2.x, a0_1_0_3 = w0_1_0_2.y;
    real a0_m1_1_m1 = a0[p - 513];
    const wide w0_m1_1_0 = *(const wide *)(a0 + p - 512);
    real a0_m1_1_0 = w0_m1_1_0.x, a0_m1_1_1 = w0_m1_1_0.y;
    real a0_m1_1_2 = a0[p - 510];
    real a0_1_m1 = a0[p + 63];
    const wide w0_1_0 = *(const wide *)(a0 + p + 64);
    real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
    real a0_1_2 = a0[p + 66];
    real a1_m1_0_m1 = a1[p - 577];
    const wide w1_m1_0_0 = *(const wide *)(a1 + p - 576);
    real a1_m1_0_0 = w1_m1_0_0.x, a1_m1_0_1 = w1_m1_0_0.y;
    real a1_m1_0_2 = a1[p - 574];
    real a1_m1 = a1[p - 1];
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    real a1_2 = a1[p + 2];
    for (; i < last; i++, p += 576) {
        const real a0_1_m1_m1 = a0[p + 511];
        const wide w0_1_m1_0 = *(const wide *)(a0 + p + 512);
        const real a0_1_m1_0 = w0_1_m1_0.x, a0_1_m1_1 = w0_1_m1_0.y;
        const real a0_1_m1_2 = a0[p + 514];
        const wide w0_2_0_m2 = *(const wide *)(a0 + p + 1150);
        const real a0_2_0_m2 = w0_2_0_m2.x, a0_2_0_m1 = w0_2_0_m2.y;
        const wide w0_2_0_0 = *(const wide *)(a0 + p + 1152);
        const real a0_2_0_0 = w0_2_0_0.x, a0_2_0_1 = w0_2_0_0.y;
        const wide w0_2_0_2 = *(const wide *)(a0 + p + 1154);
        const real a0_2_0_2 = w0_2_0_2.x, a0_2_0_3 = w0_2_0_2.y;
        const real a0_1_1_m1 = a0[p + 639];
        const wide w0_1_1_0 = *(const wide *)(a0 + p + 640);
        const real a0_1_1_0 = w0_1_1_0.x, a0_1_1_1 = w0_1_1_0.y;
        const real a0_1_1_2 = a0[p + 642];
        const real a1_1_0_m1 = a1[p + 575];
        const wide w1_1_0_0 = *(const wide *)(a1 + p + 576);
        const real a1_1_0_0 = w1_1_0_0.x, a1_1_0_1 = w1_1_0_0.y;
        const real a1_1_0_2 = a1[p + 578];
        const wide w0_m2_0 = *(const wide *)(a0 + p - 128);
        const real a0_m2_0 = w0_m2_0.x, a0_m2_1 = w0_m2_0.y;
        const wide w0_2_0 = *(const wide *)(a0 + p + 128);
        const real a0_2_0 = w0_2_0.x, a0_2_1 = w0_2_0.y;
        const wide w1_m1_0 = *(const wide *)(a1 + p - 64);
        const real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y;
        const wide w1_1_0 = *(const wide *)(a1 + p + 64);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
        const double v7 = a0_m1_0_0 + a0_1_0_0;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v7 + v8;
        const double v11 = v9 + v10;
        const double v13 = v11 * 0x1.999999999999ap-3; // 0.2
        const double v15 = fma(a0_0, (-0x1.3333333333334p+0), v13); // -1.2000000000000002
        const double v19 = -a1_0;
        const double v20 = fma(a0_0, 2.0, v19);
        const double v21 = fma(v15, s10, v20);
        const double v27 = a0_m2_0_0 + a0_0;
        const double v28 = a0_m1_m1_0 + a0_m1_1_0;
        const double v29 = a0_m1_0_m1 + a0_m1_0_1;
        const double v30 = v27 + v28;
        const double v31 = v29 + v30;
        const double v32 = v31 * 0x1.999999999999ap-3; // 0.2
        const double v33 = fma(a0_m1_0_0, (-0x1.3333333333334p+0), v32); // -1.2000000000000002
        const double v35 = -a1_m1_0_0;
        const double v36 = fma(a0_m1_0_0, 2.0, v35);
        const double v37 = fma(v33, s10, v36);
        const double v43 = a0_0 + a0_2_0_0;
        const double v44 = a0_1_m1_0 + a0_1_1_0;
        const double v45 = a0_1_0_m1 + a0_1_0_1;
        const double v46 = v43 + v44;
        const double v47 = v45 + v46;
        const double v48 = v47 * 0x1.999999999999ap-3; // 0.2
        const double v49 = fma(a0_1_0_0, (-0x1.3333333333334p+0), v48); // -1.2000000000000002
        const double v51 = -a1_1_0_0;
        const double v52 = fma(a0_1_0_0, 2.0, v51);
        const double v53 = fma(v49, s10, v52);
        const double v57 = a0_m1_m1_0 + a0_1_m1_0;
        const double v58 = a0_m2_0 + a0_0;
        const double v59 = a0_m1_m1 + a0_m1_1;
        const double v60 = v57 + v58;
        const double v61 = v59 + v60;
        const double v62 = v61 * 0x1.999999999999ap-3; // 0.2
        const double v63 = fma(a0_m1_0, (-0x1.3333333333334p+0), v62); // -1.2000000000000002
        const double v65 = -a1_m1_0;
        const double v66 = fma(a0_m1_0, 2.0, v65);
        const double v67 = fma(v63, s10, v66);
        const double v71 = a0_m1_1_0 + a0_1_1_0;
        const double v72 = a0_0 + a0_2_0;
        const double v73 = a0_1_m1 + a0_1_1;
        const double v74 = v71 + v72;
        const double v75 = v73 + v74;
        const double v76 = v75 * 0x1.999999999999ap-3; // 0.2
        const double v77 = fma(a0_1_0, (-0x1.3333333333334p+0), v76); // -1.2000000000000002
        const double v79 = -a1_1_0;
        const double v80 = fma(a0_1_0, 2.0, v79);
        const double v81 = fma(v77, s10, v80);
        const double v83 = a0_m1_0_m1 + a0_1_0_m1;
        const double v84 = a0_m1_m1 + a0_1_m1;
        const double v85 = a0_m2 + a0_0;
        const double v86 = v83 + v84;
        const double v87 = v85 + v86;
        const double v88 = v87 * 0x1.999999999999ap-3; // 0.2
        const double v89 = fma(a0_m1, (-0x1.3333333333334p+0), v88); // -1.2000000000000002
        const double v91 = -a1_m1;
        const double v92 = fma(a0_m1, 2.0, v91);
        const double v93 = fma(v89, s10, v92);
        const double v95 = a0_m1_0_1 + a0_1_0_1;
        const double v96 = a0_m1_1 + a0_1_1;
        const double v97 = a0_0 + a0_2;
        const double v98 = v95 + v96;
        const double v99 = v97 + v98;
        const double v100 = v99 * 0x1.999999999999ap-3; // 0.2
        const double v101 = fma(a0_1, (-0x1.3333333333334p+0), v100); // -1.2000000000000002
        const double v103 = -a1_1;
        const double v104 = fma(a0_1, 2.0, v103);
        const double v105 = fma(v101, s10, v104);
        const double v106 = v37 + v53;
        const double v107 = v67 + v81;
        const double v108 = v93 + v105;
        const double v109 = v106 + v107;
        const double v110 = v108 + v109;
        const double v111 = v110 * 0x1.999999999999ap-3; // 0.2
        const double v112 = fma(v21, (-0x1.3333333333334p+0), v111); // -1.2000000000000002
        const double v113 = -a0_0;
        const double v114 = fma(v21, 2.0, v113);
        const double v115 = fma(v112, s10, v114);
        const double v120 = a0_m2_0_1 + a0_1;
        const double v121 = a0_m1_m1_1 + a0_m1_1_1;
        const double v122 = a0_m1_0_0 + a0_m1_0_2;
        const double v123 = v120 + v121;
        const double v124 = v122 + v123;
        const double v125 = v124 * 0x1.999999999999ap-3; // 0.2
        const double v126 = fma(a0_m1_0_1, (-0x1.3333333333334p+0), v125); // -1.2000000000000002
        const double v128 = -a1_m1_0_1;
        const double v129 = fma(a0_m1_0_1, 2.0, v128);
        const double v130 = fma(v126, s10, v129);
        const double v135 = a0_1 + a0_2_0_1;
        const double v136 = a0_1_m1_1 + a0_1_1_1;
        const double v137 = a0_1_0_0 + a0_1_0_2;
        const double v138 = v135 + v136;
        const double v139 = v137 + v138;
        const double v140 = v139 * 0x1.999999999999ap-3; // 0.2
        const double v141 = fma(a0_1_0_1, (-0x1.3333333333334p+0), v140); // -1.2000000000000002
        const double v143 = -a1_1_0_1;
        const double v144 = fma(a0_1_0_1, 2.0, v143);
        const double v145 = fma(v141, s10, v144);
        const double v148 = a0_m1_m1_1 + a0_1_m1_1;
        const double v149 = a0_m2_1 + a0_1;
        const double v150 = a0_m1_0 + a0_m1_2;
        const double v151 = v148 + v149;
        const double v152 = v150 + v151;
        const double v153 = v152 * 0x1.999999999999ap-3; // 0.2
        const double v154 = fma(a0_m1_1, (-0x1.3333333333334p+0), v153); // -1.2000000000000002
        const double v156 = -a1_m1_1;
        const double v157 = fma(a0_m1_1, 2.0, v156);
        const double v158 = fma(v154, s10, v157);
        const double v161 = a0_m1_1_1 + a0_1_1_1;
        const double v162 = a0_1 + a0_2_1;
        const double v163 = a0_1_0 + a0_1_2;
        const double v164 = v161 + v162;
        const double v165 = v163 + v164;
        const double v166 = v165 * 0x1.999999999999ap-3; // 0.2
        const double v167 = fma(a0_1_1, (-0x1.3333333333334p+0), v166); // -1.2000000000000002
        const double v169 = -a1_1_1;
        const double v170 = fma(a0_1_1, 2.0, v169);
        const double v171 = fma(v167, s10, v170);
        const double v173 = a0_m1_0_2 + a0_1_0_2;
        const double v174 = a0_m1_2 + a0_1_2;
        const double v175 = a0_1 + a0_3;
        const double v176 = v173 + v174;
        const double v177 = v175 + v176;
        const double v178 = v177 * 0x1.999999999999ap-3; // 0.2
        const double v179 = fma(a0_2, (-0x1.3333333333334p+0), v178); // -1.2000000000000002
        const double v181 = -a1_2;
        const double v182 = fma(a0_2, 2.0, v181);
        const double v183 = fma(v179, s10, v182);
        const double v184 = v130 + v145;
        const double v185 = v158 + v171;
        const double v186 = v21 + v183;
        const double v187 = v184 + v185;
        const double v188 = v186 + v187;
        const double v189 = v188 * 0x1.999999999999ap-3; // 0.2
        const double v190 = fma(v105, (-0x1.3333333333334p+0), v189); // -1.2000000000000002
        const double v191 = -a0_1;
        const double v192 = fma(v105, 2.0, v191);
        const double v193 = fma(v190, s10, v192);
        if (whole) {
            *(wide *)(a2 + p) = wide{v21, v105};
            *(wide *)(a3 + p) = wide{v115, v193};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v21; a3[p] = v115; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v105; a3[p + 1] = v193; }
        }
        a0_m1_m1_m1 = a0_m1_m1; a0_m1_m1_0 = a0_m1_0; a0_m1_m1_1 = a0_m1_1; a0_m1_m1_2 = a0_m1_2;
        a0_m1_m1 = a0_1_m1_m1; a0_m1_0 = a0_1_m1_0; a0_m1_1 = a0_1_m1_1; a0_m1_2 = a0_1_m1_2;
        a0_m2_0_m2 = a0_m1_0_m2; a0_m2_0_m1 = a0_m1_0_m1; a0_m2_0_0 = a0_m1_0_0; a0_m2_0_1 = a0_m1_0_1; a0_m2_0_2 = a0_m1_0_2; a0_m2_0_3 = a0_m1_0_3;
        a0_m1_0_m2 = a0_m2; a0_m1_0_m1 = a0_m1; a0_m1_0_0 = a0_0; a0_m1_0_1 = a0_1; a0_m1_0_2 = a0_2; a0_m1_0_3 = a0_3;
        a0_m2 = a0_1_0_m2; a0_m1 = a0_1_0_m1; a0_0 = a0_1_0_0; a0_1 = a0_1_0_1; a0_2 = a0_1_0_2; a0_3 = a0_1_0_3;
        a0_1_0_m2 = a0_2_0_m2; a0_1_0_m1 = a0_2_0_m1; a0_1_0_0 = a0_2_0_0; a0_1_0_1 = a0_2_0_1; a0_1_0_2 = a0_2_0_2; a0_1_0_3 = a0_2_0_3;
        a0_m1_1_m1 = a0_1_m1; a0_m1_1_0 = a0_1_0; a0_m1_1_1 = a0_1_1; a0_m1_1_2 = a0_1_2;
        a0_1_m1 = a0_1_1_m1; a0_1_0 = a0_1_1_0; a0_1_1 = a0_1_1_1; a0_1_2 = a0_1_1_2;
        a1_m1_0_m1 = a1_m1; a1_m1_0_0 = a1_0; a1_m1_0_1 = a1_1; a1_m1_0_2 = a1_2;
        a1_m1 = a1_1_0_m1; a1_0 = a1_1_0_0; a1_1 = a1_1_0_1; a1_2 = a1_1_0_2;
    }
}

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_15(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    real *a3,
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
    const double s10 = scalars[10]; // step squared meanwhile
    if (first >= last) return;
    int i = first;
    place p = (place)i * 576 + (place)j * 64 + k;
    real a0_m1_m1_0 = a0[p - 640];
    real a0_m1_0 = a0[p - 64];
    real a0_m1_0_m1 = a0[p - 577];
    real a0_m1 = a0[p - 1];
    real a0_m2_0_0 = a0[p - 1152];
    real a0_m1_0_0 = a0[p - 576];
    real a0_0 = a0[p];
    real a0_1_0_0 = a0[p + 576];
    real a0_m1_0_1 = a0[p - 575];
    real a0_1 = a0[p + 1];
    real a0_m1_1_0 = a0[p - 512];
    real a0_1_0 = a0[p + 64];
    real a1_m1_0_0 = a1[p - 576];
    real a1_0 = a1[p];
    for (; i < last; i++, p += 576) {
        const real a0_1_m1_0 = a0[p + 512];
        const real a0_1_0_m1 = a0[p + 575];
        const real a0_2_0_0 = a0[p + 1152];
        const real a0_1_0_1 = a0[p + 577];
        const real a0_1_1_0 = a0[p + 640];
        const real a1_1_0_0 = a1[p + 576];
        const double a0_m2_0 = a0[p - 128];
        const double a0_m1_m1 = a0[p - 65];
        const double a0_m1_1 = a0[p - 63];
        const double a1_m1_0 = a1[p - 64];
        const double a0_2_0 = a0[p + 128];
        const double a0_1_m1 = a0[p + 63];
        const double a0_1_1 = a0[p + 65];
        const double a1_1_0 = a1[p + 64];
        const double a0_m2 = a0[p - 2];
        const double a1_m1 = a1[p - 1];
        const double a0_2 = a0[p + 2];
        const double a1_1 = a1[p + 1];
        const double v7 = a0_m1_0_0 + a0_1_0_0;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v7 + v8;
        const double v11 = v9 + v10;
        const double v13 = v11 * 0x1.999999999999ap-3; // 0.2
        const double v15 = fma(a0_0, (-0x1.3333333333334p+0), v13); // -1.2000000000000002
        const double v19 = -a1_0;
        const double v20 = fma(a0_0, 2.0, v19);
        const double v21 = fma(v15, s10, v20);
        const double v27 = a0_m2_0_0 + a0_0;
        const double v28 = a0_m1_m1_0 + a0_m1_1_0;
        const double v29 = a0_m1_0_m1 + a0_m1_0_1;
        const double v30 = v27 + v28;
        const double v31 = v29 + v30;
        const double v32 = v31 * 0x1.999999999999ap-3; // 0.2
        const double v33 = fma(a0_m1_0_0, (-0x1.3333333333334p+0), v32); // -1.2000000000000002
        const double v35 = -a1_m1_0_0;
        const double v36 = fma(a0_m1_0_0, 2.0, v35);
        const double v37 = fma(v33, s10, v36);
        const double v43 = a0_0 + a0_2_0_0;
        const double v44 = a0_1_m1_0 + a0_1_1_0;
        const double v45 = a0_1_0_m1 + a0_1_0_1;
        const double v46 = v43 + v44;
        const double v47 = v45 + v46;
        const double v48 = v47 * 0x1.999999999999ap-3; // 0.2
        const double v49 = fma(a0_1_0_0, (-0x1.3333333333334p+0), v48); // -1.2000000000000002
        const double v51 = -a1_1_0_0;
        const double v52 = fma(a0_1_0_0, 2.0, v51);
        const double v53 = fma(v49, s10, v52);
        const double v57 = a0_m1_m1_0 + a0_1_m1_0;
        const double v58 = a0_m2_0 + a0_0;
        const double v59 = a0_m1_m1 + a0_m1_1;
        const double v60 = v57 + v58;
        const double v61 = v59 + v60;
        const double v62 = v61 * 0x1.999999999999ap-3; // 0.2
        const double v63 = fma(a0_m1_0, (-0x1.3333333333334p+0), v62); // -1.2000000000000002
        const double v65 = -a1_m1_0;
        const double v66 = fma(a0_m1_0, 2.0, v65);
        const double v67 = fma(v63, s10, v66);
        const double v71 = a0_m1_1_0 + a0_1_1_0;
        const double v72 = a0_0 + a0_2_0;
        const double v73 = a0_1_m1 + a0_1_1;
        const double v74 = v71 + v72;
        const double v75 = v73 + v74;
        const double v76 = v75 * 0x1.999999999999ap-3; // 0.2
        const double v77 = fma(a0_1_0, (-0x1.3333333333334p+0), v76); // -1.2000000000000002
        const double v79 = -a1_1_0;
        const double v80 = fma(a0_1_0, 2.0, v79);
        const double v81 = fma(v77, s10, v80);
        const double v83 = a0_m1_0_m1 + a0_1_0_m1;
        const double v84 = a0_m1_m1 + a0_1_m1;
        const double v85 = a0_m2 + a0_0;
        const double v86 = v83 + v84;
        const double v87 = v85 + v86;
        const double v88 = v87 * 0x1.999999999999ap-3; // 0.2
        const double v89 = fma(a0_m1, (-0x1.3333333333334p+0), v88); // -1.2000000000000002
        const double v91 = -a1_m1;
        const double v92 = fma(a0_m1, 2.0, v91);
        const double v93 = fma(v89, s10, v92);
        const double v95 = a0_m1_0_1 + a0_1_0_1;
        const double v96 = a0_m1_1 + a0_1_1;
        const double v97 = a0_0 + a0_2;
        const double v98 = v95 + v96;
        const double v99 = v97 + v98;
        const double v100 = v99 * 0x1.999999999999ap-3; // 0.2
        const double v101 = fma(a0_1, (-0x1.3333333333334p+0), v100); // -1.2000000000000002
        const double v103 = -a1_1;
        const double v104 = fma(a0_1, 2.0, v103);
        const double v105 = fma(v101, s10, v104);
        const double v106 = v37 + v53;
        const double v107 = v67 + v81;
        const double v108 = v93 + v105;
        const double v109 = v106 + v107;
        const double v110 = v108 + v109;
        const double v111 = v110 * 0x1.999999999999ap-3; // 0.2
        const double v112 = fma(v21, (-0x1.3333333333334p+0), v111); // -1.2000000000000002
        const double v113 = -a0_0;
        const double v114 = fma(v21, 2.0, v113);
        const double v115 = fma(v112, s10, v114);
        a2[p] = v21;
        a3[p] = v115;
        a0_m1_m1_0 = a0_m1_0;
        a0_m1_0 = a0_1_m1_0;
        a0_m1_0_m1 = a0_m1;
        a0_m1 = a0_1_0_m1;
        a0_m2_0_0 = a0_m1_0_0;
        a0_m1_0_0 = a0_0;
        a0_0 = a0_1_0_0;
        a0_1_0_0 = a0_2_0_0;
        a0_m1_0_1 = a0_1;
        a0_1 = a0_1_0_1;
        a0_m1_1_0 = a0_1_0;
        a0_1_0 = a0_1_1_0;
        a1_m1_0_0 = a1_0;
        a1_0 = a1_1_0_0;
    }
}
