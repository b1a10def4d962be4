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

// independent normal numbers: Philox4x32-10, Box and Muller
extern "C" __global__ void __launch_bounds__(256)
noise_0(
    real *a,
    long long count,
    int n1,
    int n2,
    long long plane,
    long long row,
    int stream,
    long long seed,
    const double *__restrict__ scalars,
    int step,
    long long before,
    long long all)
{
    const long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= count) return;
    const place p = c / n2 / n1 * plane + c / n2 % n1 * row + c % n2;
    // The cell of the whole box; after the last one comes the first.
    const unsigned long long cell = (unsigned long long)(before + c < all ? before + c : before + c - all);
    // Saturates; NaN is 0.
    const double steps = scalars[step];
    const unsigned long long count_of_steps = steps >= 1.0 ? steps < 18446744073709551616.0 ? (unsigned long long)steps : ~0ULL : 0ULL;
    unsigned w0 = (unsigned)cell, w1 = (unsigned)stream, w2 = (unsigned)count_of_steps;
    unsigned w3 = (unsigned)(cell >> 32) << 16 | ((unsigned)(count_of_steps >> 32) & 0xffff);
    unsigned key0 = (unsigned)seed, key1 = (unsigned)((unsigned long long)seed >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++) {
        const unsigned long long first = w0 * 0xD2511F53ULL, second = w2 * 0xCD9E8D57ULL;
        w0 = (unsigned)(second >> 32) ^ w1 ^ key0;
        w1 = (unsigned)second;
        w2 = (unsigned)(first >> 32) ^ w3 ^ key1;
        w3 = (unsigned)first;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    const double u = (double)(((unsigned long long)w0 << 21 | w1 >> 11) + 1) * 0x1p-53;
    const double v = (double)((unsigned long long)w2 << 21 | w3 >> 11) * 0x1p-53;
    const double a0_0 = u;
    const double a1_0 = v;
    const bool b3 = a0_0 < 0x1p-1022; // 2.2250738585072014e-308
    const double v5 = a0_0 * 0x1p+54; // 1.8014398509481984e16
    const double v6 = b3 ? v5 : a0_0;
    const double v7 = exponent(v6);
    const double v8 = mantissa(v6);
    const double v10 = 0x1.6a09e667f3bcdp+0 < v8 ? 1.0 : 0.0; // 1.4142135623730951
    const double v12 = v8 * 0x1p-1; // 0.5
    const double v13 = v10 != 0.0 ? v12 : v8;
    const double v16 = b3 ? (-54.0) : 0.0;
    const double v17 = v7 + v16;
    const double v18 = v10 + v17;
    const double v20 = v13 + (-1.0);
    const double v22 = v20 + 2.0;
    const double v23 = v20 / v22;
    const double v24 = v23 * v23;
    const double v27 = fma(v24, 0x1.2f08d7d48dfc6p-3, 0x1.39a16dc23dccap-3); // 0.14796608560004482, 0.15313993214633675
    const double v29 = fma(v24, v27, 0x1.74664172f2a24p-3); // 0.18183566219370662
    const double v31 = fma(v24, v29, 0x1.c71c51ff3ab02p-3); // 0.22222198543689592
    const double v33 = fma(v24, v31, 0x1.24924941fac5bp-2); // 0.28571428742606536
    const double v35 = fma(v24, v33, 0x1.999999997fd3cp-2); // 0.39999999999413993
    const double v37 = fma(v24, v35, 0x1.5555555555592p-1); // 0.6666666666666734
    const double v38 = 0x1p-1 * v20; // 0.5
    const double v39 = v20 * v38;
    const double v40 = fma(v24, v37, v39);
    const double v42 = v18 * 0x1.a39ef35793c76p-33; // 1.9082149292705877e-10
    const double v43 = fma(v23, v40, v42);
    const double v44 = v39 - v43;
    const double v45 = v20 - v44;
    const double v47 = fma(v18, 0x1.62e42feep-1, v45); // 0.6931471803691238
    const bool b49 = a0_0 < __longlong_as_double(0x7ff0000000000000LL); // inf
    const double v50 = b49 ? v47 : a0_0;
    const bool b51 = a0_0 == 0.0;
    const double v53 = b51 ? __longlong_as_double(0xfff0000000000000LL) : v50; // -inf
    const bool b54 = a0_0 < 0.0;
    const double v56 = b54 ? __longlong_as_double(0x7ff8000000000000LL) : v53; // NaN
    const double v58 = v56 * (-2.0);
    const double v59 = sqrt(v58);
    const double v61 = a1_0 * 0x1.921fb54442d18p+2; // 6.283185307179586
    const double v64 = fma(v61, 0x1.45f306dc9c883p-2, (-0x1p-1)); // 0.3183098861837907, -0.5
    const double v65 = rint(v64);
    const double v66 = 0x1p-1 + v65; // 0.5
    const double v68 = fma(v66, (-0x1.921fb54442d18p+1), v61); // -3.141592653589793
    const double v70 = fma(v66, (-0x1.1a62633145c07p-53), v68); // -1.2246467991473532e-16
    const double v72 = fma(v66, 0x1.f1976b7ed8fbcp-109, v70); // 2.9947698097183397e-33
    const double v73 = 0x1p-1 * v65; // 0.5
    const double v74 = floor(v73);
    const double v75 = v73 - v74;
    const double v77 = fma(v75, 4.0, (-1.0));
    const double v78 = v72 * v77;
    const double v79 = v78 * v78;
    const double v82 = fma(v79, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
    const double v84 = fma(v79, v82, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
    const double v86 = fma(v79, v84, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
    const double v88 = fma(v79, v86, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
    const double v90 = fma(v79, v88, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
    const double v92 = fma(v79, v90, 0x1.1111111111098p-7); // 0.008333333333333123
    const double v94 = fma(v79, v92, (-0x1.5555555555555p-3)); // -0.16666666666666666
    const double v95 = v78 * v79;
    const double v96 = fma(v94, v95, v78);
    const double v97 = fabs(v61);
    const bool b99 = v97 <= 0x1p+46; // 70368744177664.0
    const double v100 = b99 ? v96 : __longlong_as_double(0x7ff8000000000000LL); // NaN
    const double v101 = v59 * v100;
    a[p] = (real)v101;
}

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_1(
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
    const double v9 = sqrt(s1);
    const double v11 = s1 * 0x1p-1; // 0.5
    const double v12 = v9 * 0x1p-1; // 0.5
    const double v13 = s2 + 1.0;
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = v8; // time at 1 of the step
    scalars[7] = s1; // 1 step
    scalars[8] = v9; // 1 root of the step
    scalars[9] = v11; // 0.5 step
    scalars[10] = v12; // 0.5 root of the step
    scalars[2] = v13; // count
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
ghosts_2(
    real *a0)
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
}

// heun ahead: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_3(
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s7 = scalars[7]; // 1 step
    const double s8 = scalars[8]; // 1 root of the step
    const double s9 = scalars[9]; // 0.5 step
    const double s10 = scalars[10]; // 0.5 root of the step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 78];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const wide w1_0 = *(const wide *)(a1 + p);
        const real a1_0 = w1_0.x, a1_1 = w1_0.y;
        const double v5 = a0_m1_0 + a0_1_0;
        const double v6 = a0_m1 + a0_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = a0_0 * 0x1.3333333333333p-2; // 0.3
        const double v15 = v13 * a1_0;
        const double v17 = fma(v11, s7, a0_0);
        const double v19 = fma(v15, s8, v17);
        const double v21 = fma(v11, s9, a0_0);
        const double v23 = fma(v15, s10, v21);
        const double v27 = a0_m1_1 + a0_1_1;
        const double v28 = a0_0 + a0_2;
        const double v29 = v27 + v28;
        const double v30 = v29 * 0x1.999999999999ap-4; // 0.1
        const double v31 = fma(a0_1, (-0x1.999999999999ap-2), v30); // -0.4
        const double v32 = a0_1 * 0x1.3333333333333p-2; // 0.3
        const double v34 = v32 * a1_1;
        const double v35 = fma(v31, s7, a0_1);
        const double v36 = fma(v34, s8, v35);
        const double v37 = fma(v31, s9, a0_1);
        const double v38 = fma(v34, s10, v37);
        if (whole) {
            *(wide *)(a2 + p) = wide{v19, v36};
            *(wide *)(a3 + p) = wide{v23, v38};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v19; a3[p] = v23; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v36; a3[p + 1] = v38; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
    }
}

// heun ahead: cells
extern "C" __global__ void __launch_bounds__(256)
cells_4(
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
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s7 = scalars[7]; // 1 step
    const double s8 = scalars[8]; // 1 root of the step
    const double s9 = scalars[9]; // 0.5 step
    const double s10 = scalars[10]; // 0.5 root of the step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_0 = a1[p];
        const double v5 = a0_m1_0 + a0_1_0;
        const double v6 = a0_m1 + a0_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = a0_0 * 0x1.3333333333333p-2; // 0.3
        const double v15 = v13 * a1_0;
        const double v17 = fma(v11, s7, a0_0);
        const double v19 = fma(v15, s8, v17);
        const double v21 = fma(v11, s9, a0_0);
        const double v23 = fma(v15, s10, v21);
        a2[p] = v19;
        a3[p] = v23;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
    }
}

// heun mean: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_5(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s9 = scalars[9]; // 0.5 step
    const double s10 = scalars[10]; // 0.5 root of the step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    real a0_m1_2 = a0[p - 78];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    real a0_2 = a0[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const wide w1_0 = *(const wide *)(a1 + p);
        const real a1_0 = w1_0.x, a1_1 = w1_0.y;
        const wide w2_0 = *(const wide *)(a2 + p);
        const real a2_0 = w2_0.x, a2_1 = w2_0.y;
        const double v5 = a0_m1_0 + a0_1_0;
        const double v6 = a0_m1 + a0_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = a0_0 * 0x1.3333333333333p-2; // 0.3
        const double v15 = v13 * a1_0;
        const double v18 = fma(v11, s9, a2_0);
        const double v20 = fma(v15, s10, v18);
        const double v24 = a0_m1_1 + a0_1_1;
        const double v25 = a0_0 + a0_2;
        const double v26 = v24 + v25;
        const double v27 = v26 * 0x1.999999999999ap-4; // 0.1
        const double v28 = fma(a0_1, (-0x1.999999999999ap-2), v27); // -0.4
        const double v29 = a0_1 * 0x1.3333333333333p-2; // 0.3
        const double v31 = v29 * a1_1;
        const double v33 = fma(v28, s9, a2_1);
        const double v34 = fma(v31, s10, v33);
        if (whole) {
            *(wide *)(a3 + p) = wide{v20, v34};
        } else {
            if (k >= k0 && k < k0 + nk) { a3[p] = v20; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a3[p + 1] = v34; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
    }
}

// heun mean: cells
extern "C" __global__ void __launch_bounds__(256)
cells_6(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
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
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s9 = scalars[9]; // 0.5 step
    const double s10 = scalars[10]; // 0.5 root of the step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1200 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double a1_0 = a1[p];
        const double a2_0 = a2[p];
        const double v5 = a0_m1_0 + a0_1_0;
        const double v6 = a0_m1 + a0_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = a0_0 * 0x1.3333333333333p-2; // 0.3
        const double v15 = v13 * a1_0;
        const double v18 = fma(v11, s9, a2_0);
        const double v20 = fma(v15, s10, v18);
        a3[p] = v20;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
    }
}
