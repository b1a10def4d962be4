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
    const double v9 = s2 + 1.0;
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = s1; // 1 step
    scalars[2] = v9; // count
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
    if (c < 258) {
        k = (int)(c % 43) - 3;
        c /= 43;
        j = ghost((int)(c % 6), 3, 13);
        c /= 6;
        i = (int)c;
    } else if ((c -= 258) < 78) {
        k = ghost((int)(c % 6), 3, 37);
        c /= 6;
        j = (int)(c % 13);
        c /= 13;
        i = (int)c;
    } else {
        return;
    }
    const int from_j = inside(j, 13);
    const int from_k = inside(k, 37);
    const place p = (place)i * 1520 + (place)j * 80 + k;
    const place q = (place)i * 1520 + (place)from_j * 80 + from_k;
    a0[p] = a0[q];
    a1[p] = a1[q];
}

// u + dt f: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_2(
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
    const double s6 = scalars[6]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
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
        const double v6 = a1_0 * a1_0;
        const double v7 = a0_0 * v6;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v8 + v9;
        const double v13 = fma(v10, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v15 = fma(a0_0, (-0x1.599999999999ap-1), v13); // -0.675
        const double v16 = v15 - v7;
        const double v21 = a1_m1_0 + a1_1_0;
        const double v22 = a1_m1 + a1_1;
        const double v23 = v21 + v22;
        const double v26 = fma(v23, 0x1.47ae147ae147bp-4, v7); // 0.08
        const double v27 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v26); // -0.42000000000000004
        const double v29 = fma(v16, s6, a0_0);
        const double v30 = fma(v27, s6, a1_0);
        const double v34 = a1_1 * a1_1;
        const double v35 = a0_1 * v34;
        const double v36 = a0_m1_1 + a0_1_1;
        const double v37 = a0_0 + a0_2;
        const double v38 = v36 + v37;
        const double v39 = fma(v38, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v40 = fma(a0_1, (-0x1.599999999999ap-1), v39); // -0.675
        const double v41 = v40 - v35;
        const double v45 = a1_m1_1 + a1_1_1;
        const double v46 = a1_0 + a1_2;
        const double v47 = v45 + v46;
        const double v48 = fma(v47, 0x1.47ae147ae147bp-4, v35); // 0.08
        const double v49 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v48); // -0.42000000000000004
        const double v50 = fma(v41, s6, a0_1);
        const double v51 = fma(v49, s6, a1_1);
        if (whole) {
            *(wide *)(a2 + p) = wide{v29, v50};
            *(wide *)(a3 + p) = wide{v30, v51};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v29; a3[p] = v30; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v50; a3[p + 1] = v51; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
        a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2;
        a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2;
    }
}

// u + dt f: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
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
    const double s6 = scalars[6]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
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
        const double v6 = a1_0 * a1_0;
        const double v7 = a0_0 * v6;
        const double v8 = a0_m1_0 + a0_1_0;
        const double v9 = a0_m1 + a0_1;
        const double v10 = v8 + v9;
        const double v13 = fma(v10, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v15 = fma(a0_0, (-0x1.599999999999ap-1), v13); // -0.675
        const double v16 = v15 - v7;
        const double v21 = a1_m1_0 + a1_1_0;
        const double v22 = a1_m1 + a1_1;
        const double v23 = v21 + v22;
        const double v26 = fma(v23, 0x1.47ae147ae147bp-4, v7); // 0.08
        const double v27 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v26); // -0.42000000000000004
        const double v29 = fma(v16, s6, a0_0);
        const double v30 = fma(v27, s6, a1_0);
        a2[p] = v29;
        a3[p] = v30;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}

// step with 3 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_4(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double s3 = scalars[3]; // time origin
    const double s4 = scalars[4]; // count origin
    const double s2 = scalars[2]; // count
    const double v9 = s2 + 1.0;
    const double v10 = v9 - s4;
    const double v11 = 1.0 + v10;
    const double v12 = fma(s1, v11, s3);
    const double v13 = v9 + 1.0;
    const double v14 = v13 - s4;
    const double v15 = 1.0 + v14;
    const double v16 = fma(s1, v15, s3);
    const double v17 = v13 + 1.0;
    scalars[7] = s1; // 1 step meanwhile
    scalars[0] = v16; // time
    scalars[2] = v17; // count
    scalars[5] = v12; // time at 0 of the step
    scalars[6] = s1; // 1 step
}

// step, 3 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_5(
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
    const double s7 = scalars[7]; // 1 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
    real a0_m1_m2 = a0[p - 82];
    real a0_m2 = a0[p - 2];
    real a0_m2_m1 = a0[p - 161];
    real a0_m1_m1 = a0[p - 81];
    real a0_m1 = a0[p - 1];
    real a0_1_m1 = a0[p + 79];
    real a0_m3_0 = a0[p - 240];
    real a0_m2_0 = a0[p - 160];
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    real a0_1_0 = a0[p + 80];
    real a0_2_0 = a0[p + 160];
    real a0_m2_1 = a0[p - 159];
    real a0_m1_1 = a0[p - 79];
    real a0_1 = a0[p + 1];
    real a0_1_1 = a0[p + 81];
    real a0_m1_2 = a0[p - 78];
    real a0_2 = a0[p + 2];
    real a1_m1_m2 = a1[p - 82];
    real a1_m2 = a1[p - 2];
    real a1_m2_m1 = a1[p - 161];
    real a1_m1_m1 = a1[p - 81];
    real a1_m1 = a1[p - 1];
    real a1_1_m1 = a1[p + 79];
    real a1_m3_0 = a1[p - 240];
    real a1_m2_0 = a1[p - 160];
    real a1_m1_0 = a1[p - 80];
    real a1_0 = a1[p];
    real a1_1_0 = a1[p + 80];
    real a1_2_0 = a1[p + 160];
    real a1_m2_1 = a1[p - 159];
    real a1_m1_1 = a1[p - 79];
    real a1_1 = a1[p + 1];
    real a1_1_1 = a1[p + 81];
    real a1_m1_2 = a1[p - 78];
    real a1_2 = a1[p + 2];
    for (; j < last; j++, p += 80) {
        const real a0_1_m2 = a0[p + 78];
        const real a0_2_m1 = a0[p + 159];
        const real a0_3_0 = a0[p + 240];
        const real a0_2_1 = a0[p + 161];
        const real a0_1_2 = a0[p + 82];
        const real a1_1_m2 = a1[p + 78];
        const real a1_2_m1 = a1[p + 159];
        const real a1_3_0 = a1[p + 240];
        const real a1_2_1 = a1[p + 161];
        const real a1_1_2 = a1[p + 82];
        const double a0_m3 = a0[p - 3];
        const double a0_3 = a0[p + 3];
        const double a1_m3 = a1[p - 3];
        const double a1_3 = a1[p + 3];
        const double v6 = a1_m2_0 * a1_m2_0;
        const double v7 = a0_m2_0 * v6;
        const double v8 = a0_m3_0 + a0_m1_0;
        const double v9 = a0_m2_m1 + a0_m2_1;
        const double v10 = v8 + v9;
        const double v13 = fma(v10, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v15 = fma(a0_m2_0, (-0x1.599999999999ap-1), v13); // -0.675
        const double v16 = v15 - v7;
        const double v18 = fma(v16, s7, a0_m2_0);
        const double v23 = a1_m1_0 * a1_m1_0;
        const double v24 = a0_m1_0 * v23;
        const double v25 = a0_m2_0 + a0_0;
        const double v26 = a0_m1_m1 + a0_m1_1;
        const double v27 = v25 + v26;
        const double v28 = fma(v27, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v29 = fma(a0_m1_0, (-0x1.599999999999ap-1), v28); // -0.675
        const double v30 = v29 - v24;
        const double v31 = fma(v30, s7, a0_m1_0);
        const double v36 = a1_0 * a1_0;
        const double v37 = a0_0 * v36;
        const double v38 = a0_m1_0 + a0_1_0;
        const double v39 = a0_m1 + a0_1;
        const double v40 = v38 + v39;
        const double v41 = fma(v40, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v42 = fma(a0_0, (-0x1.599999999999ap-1), v41); // -0.675
        const double v43 = v42 - v37;
        const double v44 = fma(v43, s7, a0_0);
        const double v47 = a1_m1_m1 * a1_m1_m1;
        const double v48 = a0_m1_m1 * v47;
        const double v49 = a0_m2_m1 + a0_m1;
        const double v50 = a0_m1_m2 + a0_m1_0;
        const double v51 = v49 + v50;
        const double v52 = fma(v51, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v53 = fma(a0_m1_m1, (-0x1.599999999999ap-1), v52); // -0.675
        const double v54 = v53 - v48;
        const double v55 = fma(v54, s7, a0_m1_m1);
        const double v58 = a1_m1_1 * a1_m1_1;
        const double v59 = a0_m1_1 * v58;
        const double v60 = a0_m2_1 + a0_1;
        const double v61 = a0_m1_0 + a0_m1_2;
        const double v62 = v60 + v61;
        const double v63 = fma(v62, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v64 = fma(a0_m1_1, (-0x1.599999999999ap-1), v63); // -0.675
        const double v65 = v64 - v59;
        const double v66 = fma(v65, s7, a0_m1_1);
        const double v67 = a1_m2_0 + a1_0;
        const double v68 = a1_m1_m1 + a1_m1_1;
        const double v69 = v67 + v68;
        const double v72 = fma(v69, 0x1.47ae147ae147bp-4, v24); // 0.08
        const double v73 = fma(a1_m1_0, (-0x1.ae147ae147ae2p-2), v72); // -0.42000000000000004
        const double v74 = fma(v73, s7, a1_m1_0);
        const double v75 = v74 * v74;
        const double v76 = v31 * v75;
        const double v77 = v18 + v44;
        const double v78 = v55 + v66;
        const double v79 = v77 + v78;
        const double v80 = fma(v79, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v81 = fma(v31, (-0x1.599999999999ap-1), v80); // -0.675
        const double v82 = v81 - v76;
        const double v83 = fma(v82, s7, v31);
        const double v88 = a1_1_0 * a1_1_0;
        const double v89 = a0_1_0 * v88;
        const double v90 = a0_0 + a0_2_0;
        const double v91 = a0_1_m1 + a0_1_1;
        const double v92 = v90 + v91;
        const double v93 = fma(v92, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v94 = fma(a0_1_0, (-0x1.599999999999ap-1), v93); // -0.675
        const double v95 = v94 - v89;
        const double v96 = fma(v95, s7, a0_1_0);
        const double v99 = a1_m1 * a1_m1;
        const double v100 = a0_m1 * v99;
        const double v101 = a0_m1_m1 + a0_1_m1;
        const double v102 = a0_m2 + a0_0;
        const double v103 = v101 + v102;
        const double v104 = fma(v103, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v105 = fma(a0_m1, (-0x1.599999999999ap-1), v104); // -0.675
        const double v106 = v105 - v100;
        const double v107 = fma(v106, s7, a0_m1);
        const double v110 = a1_1 * a1_1;
        const double v111 = a0_1 * v110;
        const double v112 = a0_m1_1 + a0_1_1;
        const double v113 = a0_0 + a0_2;
        const double v114 = v112 + v113;
        const double v115 = fma(v114, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v116 = fma(a0_1, (-0x1.599999999999ap-1), v115); // -0.675
        const double v117 = v116 - v111;
        const double v118 = fma(v117, s7, a0_1);
        const double v119 = a1_m1_0 + a1_1_0;
        const double v120 = a1_m1 + a1_1;
        const double v121 = v119 + v120;
        const double v122 = fma(v121, 0x1.47ae147ae147bp-4, v37); // 0.08
        const double v123 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v122); // -0.42000000000000004
        const double v124 = fma(v123, s7, a1_0);
        const double v125 = v124 * v124;
        const double v126 = v44 * v125;
        const double v127 = v31 + v96;
        const double v128 = v107 + v118;
        const double v129 = v127 + v128;
        const double v130 = fma(v129, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v131 = fma(v44, (-0x1.599999999999ap-1), v130); // -0.675
        const double v132 = v131 - v126;
        const double v133 = fma(v132, s7, v44);
        const double v138 = a1_2_0 * a1_2_0;
        const double v139 = a0_2_0 * v138;
        const double v140 = a0_1_0 + a0_3_0;
        const double v141 = a0_2_m1 + a0_2_1;
        const double v142 = v140 + v141;
        const double v143 = fma(v142, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v144 = fma(a0_2_0, (-0x1.599999999999ap-1), v143); // -0.675
        const double v145 = v144 - v139;
        const double v146 = fma(v145, s7, a0_2_0);
        const double v149 = a1_1_m1 * a1_1_m1;
        const double v150 = a0_1_m1 * v149;
        const double v151 = a0_m1 + a0_2_m1;
        const double v152 = a0_1_m2 + a0_1_0;
        const double v153 = v151 + v152;
        const double v154 = fma(v153, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v155 = fma(a0_1_m1, (-0x1.599999999999ap-1), v154); // -0.675
        const double v156 = v155 - v150;
        const double v157 = fma(v156, s7, a0_1_m1);
        const double v160 = a1_1_1 * a1_1_1;
        const double v161 = a0_1_1 * v160;
        const double v162 = a0_1 + a0_2_1;
        const double v163 = a0_1_0 + a0_1_2;
        const double v164 = v162 + v163;
        const double v165 = fma(v164, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v166 = fma(a0_1_1, (-0x1.599999999999ap-1), v165); // -0.675
        const double v167 = v166 - v161;
        const double v168 = fma(v167, s7, a0_1_1);
        const double v169 = a1_0 + a1_2_0;
        const double v170 = a1_1_m1 + a1_1_1;
        const double v171 = v169 + v170;
        const double v172 = fma(v171, 0x1.47ae147ae147bp-4, v89); // 0.08
        const double v173 = fma(a1_1_0, (-0x1.ae147ae147ae2p-2), v172); // -0.42000000000000004
        const double v174 = fma(v173, s7, a1_1_0);
        const double v175 = v174 * v174;
        const double v176 = v96 * v175;
        const double v177 = v44 + v146;
        const double v178 = v157 + v168;
        const double v179 = v177 + v178;
        const double v180 = fma(v179, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v181 = fma(v96, (-0x1.599999999999ap-1), v180); // -0.675
        const double v182 = v181 - v176;
        const double v183 = fma(v182, s7, v96);
        const double v186 = a1_m2 * a1_m2;
        const double v187 = a0_m2 * v186;
        const double v188 = a0_m1_m2 + a0_1_m2;
        const double v189 = a0_m3 + a0_m1;
        const double v190 = v188 + v189;
        const double v191 = fma(v190, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v192 = fma(a0_m2, (-0x1.599999999999ap-1), v191); // -0.675
        const double v193 = v192 - v187;
        const double v194 = fma(v193, s7, a0_m2);
        const double v195 = a1_m1_m1 + a1_1_m1;
        const double v196 = a1_m2 + a1_0;
        const double v197 = v195 + v196;
        const double v198 = fma(v197, 0x1.47ae147ae147bp-4, v100); // 0.08
        const double v199 = fma(a1_m1, (-0x1.ae147ae147ae2p-2), v198); // -0.42000000000000004
        const double v200 = fma(v199, s7, a1_m1);
        const double v201 = v200 * v200;
        const double v202 = v107 * v201;
        const double v203 = v55 + v157;
        const double v204 = v194 + v44;
        const double v205 = v203 + v204;
        const double v206 = fma(v205, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v207 = fma(v107, (-0x1.599999999999ap-1), v206); // -0.675
        const double v208 = v207 - v202;
        const double v209 = fma(v208, s7, v107);
        const double v212 = a1_2 * a1_2;
        const double v213 = a0_2 * v212;
        const double v214 = a0_m1_2 + a0_1_2;
        const double v215 = a0_1 + a0_3;
        const double v216 = v214 + v215;
        const double v217 = fma(v216, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v218 = fma(a0_2, (-0x1.599999999999ap-1), v217); // -0.675
        const double v219 = v218 - v213;
        const double v220 = fma(v219, s7, a0_2);
        const double v221 = a1_m1_1 + a1_1_1;
        const double v222 = a1_0 + a1_2;
        const double v223 = v221 + v222;
        const double v224 = fma(v223, 0x1.47ae147ae147bp-4, v111); // 0.08
        const double v225 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v224); // -0.42000000000000004
        const double v226 = fma(v225, s7, a1_1);
        const double v227 = v226 * v226;
        const double v228 = v118 * v227;
        const double v229 = v66 + v168;
        const double v230 = v44 + v220;
        const double v231 = v229 + v230;
        const double v232 = fma(v231, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v233 = fma(v118, (-0x1.599999999999ap-1), v232); // -0.675
        const double v234 = v233 - v228;
        const double v235 = fma(v234, s7, v118);
        const double v236 = v74 + v174;
        const double v237 = v200 + v226;
        const double v238 = v236 + v237;
        const double v239 = fma(v238, 0x1.47ae147ae147bp-4, v126); // 0.08
        const double v240 = fma(v124, (-0x1.ae147ae147ae2p-2), v239); // -0.42000000000000004
        const double v241 = fma(v240, s7, v124);
        const double v242 = v241 * v241;
        const double v243 = v133 * v242;
        const double v244 = v83 + v183;
        const double v245 = v209 + v235;
        const double v246 = v244 + v245;
        const double v247 = fma(v246, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v248 = fma(v133, (-0x1.599999999999ap-1), v247); // -0.675
        const double v249 = v248 - v243;
        const double v250 = fma(v249, s7, v133);
        const double v254 = a1_m3_0 + a1_m1_0;
        const double v255 = a1_m2_m1 + a1_m2_1;
        const double v256 = v254 + v255;
        const double v257 = fma(v256, 0x1.47ae147ae147bp-4, v7); // 0.08
        const double v258 = fma(a1_m2_0, (-0x1.ae147ae147ae2p-2), v257); // -0.42000000000000004
        const double v259 = fma(v258, s7, a1_m2_0);
        const double v261 = a1_m2_m1 + a1_m1;
        const double v262 = a1_m1_m2 + a1_m1_0;
        const double v263 = v261 + v262;
        const double v264 = fma(v263, 0x1.47ae147ae147bp-4, v48); // 0.08
        const double v265 = fma(a1_m1_m1, (-0x1.ae147ae147ae2p-2), v264); // -0.42000000000000004
        const double v266 = fma(v265, s7, a1_m1_m1);
        const double v268 = a1_m2_1 + a1_1;
        const double v269 = a1_m1_0 + a1_m1_2;
        const double v270 = v268 + v269;
        const double v271 = fma(v270, 0x1.47ae147ae147bp-4, v59); // 0.08
        const double v272 = fma(a1_m1_1, (-0x1.ae147ae147ae2p-2), v271); // -0.42000000000000004
        const double v273 = fma(v272, s7, a1_m1_1);
        const double v274 = v259 + v124;
        const double v275 = v266 + v273;
        const double v276 = v274 + v275;
        const double v277 = fma(v276, 0x1.47ae147ae147bp-4, v76); // 0.08
        const double v278 = fma(v74, (-0x1.ae147ae147ae2p-2), v277); // -0.42000000000000004
        const double v279 = fma(v278, s7, v74);
        const double v283 = a1_1_0 + a1_3_0;
        const double v284 = a1_2_m1 + a1_2_1;
        const double v285 = v283 + v284;
        const double v286 = fma(v285, 0x1.47ae147ae147bp-4, v139); // 0.08
        const double v287 = fma(a1_2_0, (-0x1.ae147ae147ae2p-2), v286); // -0.42000000000000004
        const double v288 = fma(v287, s7, a1_2_0);
        const double v290 = a1_m1 + a1_2_m1;
        const double v291 = a1_1_m2 + a1_1_0;
        const double v292 = v290 + v291;
        const double v293 = fma(v292, 0x1.47ae147ae147bp-4, v150); // 0.08
        const double v294 = fma(a1_1_m1, (-0x1.ae147ae147ae2p-2), v293); // -0.42000000000000004
        const double v295 = fma(v294, s7, a1_1_m1);
        const double v297 = a1_1 + a1_2_1;
        const double v298 = a1_1_0 + a1_1_2;
        const double v299 = v297 + v298;
        const double v300 = fma(v299, 0x1.47ae147ae147bp-4, v161); // 0.08
        const double v301 = fma(a1_1_1, (-0x1.ae147ae147ae2p-2), v300); // -0.42000000000000004
        const double v302 = fma(v301, s7, a1_1_1);
        const double v303 = v124 + v288;
        const double v304 = v295 + v302;
        const double v305 = v303 + v304;
        const double v306 = fma(v305, 0x1.47ae147ae147bp-4, v176); // 0.08
        const double v307 = fma(v174, (-0x1.ae147ae147ae2p-2), v306); // -0.42000000000000004
        const double v308 = fma(v307, s7, v174);
        const double v310 = a1_m1_m2 + a1_1_m2;
        const double v311 = a1_m3 + a1_m1;
        const double v312 = v310 + v311;
        const double v313 = fma(v312, 0x1.47ae147ae147bp-4, v187); // 0.08
        const double v314 = fma(a1_m2, (-0x1.ae147ae147ae2p-2), v313); // -0.42000000000000004
        const double v315 = fma(v314, s7, a1_m2);
        const double v316 = v266 + v295;
        const double v317 = v315 + v124;
        const double v318 = v316 + v317;
        const double v319 = fma(v318, 0x1.47ae147ae147bp-4, v202); // 0.08
        const double v320 = fma(v200, (-0x1.ae147ae147ae2p-2), v319); // -0.42000000000000004
        const double v321 = fma(v320, s7, v200);
        const double v323 = a1_m1_2 + a1_1_2;
        const double v324 = a1_1 + a1_3;
        const double v325 = v323 + v324;
        const double v326 = fma(v325, 0x1.47ae147ae147bp-4, v213); // 0.08
        const double v327 = fma(a1_2, (-0x1.ae147ae147ae2p-2), v326); // -0.42000000000000004
        const double v328 = fma(v327, s7, a1_2);
        const double v329 = v273 + v302;
        const double v330 = v124 + v328;
        const double v331 = v329 + v330;
        const double v332 = fma(v331, 0x1.47ae147ae147bp-4, v228); // 0.08
        const double v333 = fma(v226, (-0x1.ae147ae147ae2p-2), v332); // -0.42000000000000004
        const double v334 = fma(v333, s7, v226);
        const double v335 = v279 + v308;
        const double v336 = v321 + v334;
        const double v337 = v335 + v336;
        const double v338 = fma(v337, 0x1.47ae147ae147bp-4, v243); // 0.08
        const double v339 = fma(v241, (-0x1.ae147ae147ae2p-2), v338); // -0.42000000000000004
        const double v340 = fma(v339, s7, v241);
        a2[p] = v250;
        a3[p] = v340;
        a0_m1_m2 = a0_m2;
        a0_m2 = a0_1_m2;
        a0_m2_m1 = a0_m1_m1;
        a0_m1_m1 = a0_m1;
        a0_m1 = a0_1_m1;
        a0_1_m1 = a0_2_m1;
        a0_m3_0 = a0_m2_0;
        a0_m2_0 = a0_m1_0;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a0_1_0 = a0_2_0;
        a0_2_0 = a0_3_0;
        a0_m2_1 = a0_m1_1;
        a0_m1_1 = a0_1;
        a0_1 = a0_1_1;
        a0_1_1 = a0_2_1;
        a0_m1_2 = a0_2;
        a0_2 = a0_1_2;
        a1_m1_m2 = a1_m2;
        a1_m2 = a1_1_m2;
        a1_m2_m1 = a1_m1_m1;
        a1_m1_m1 = a1_m1;
        a1_m1 = a1_1_m1;
        a1_1_m1 = a1_2_m1;
        a1_m3_0 = a1_m2_0;
        a1_m2_0 = a1_m1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
        a1_1_0 = a1_2_0;
        a1_2_0 = a1_3_0;
        a1_m2_1 = a1_m1_1;
        a1_m1_1 = a1_1;
        a1_1 = a1_1_1;
        a1_1_1 = a1_2_1;
        a1_m1_2 = a1_2;
        a1_2 = a1_1_2;
    }
}

// step with 2 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_6(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double s3 = scalars[3]; // time origin
    const double s4 = scalars[4]; // count origin
    const double s2 = scalars[2]; // count
    const double v6 = s2 - s4;
    const double v7 = 1.0 + v6;
    const double v8 = fma(s1, v7, s3);
    const double v9 = s2 + 1.0;
    const double v10 = v9 - s4;
    const double v11 = 1.0 + v10;
    const double v12 = fma(s1, v11, s3);
    const double v13 = v9 + 1.0;
    scalars[8] = s1; // 1 step meanwhile
    scalars[0] = v12; // time
    scalars[2] = v13; // count
    scalars[5] = v8; // time at 0 of the step
    scalars[6] = s1; // 1 step
}

// step, 2 programs at once: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_7(
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
    const double s8 = scalars[8]; // 1 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
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
        const double v6 = a1_m1_0 * a1_m1_0;
        const double v7 = a0_m1_0 * v6;
        const double v8 = a0_m2_0 + a0_0;
        const double v9 = a0_m1_m1 + a0_m1_1;
        const double v10 = v8 + v9;
        const double v13 = fma(v10, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v15 = fma(a0_m1_0, (-0x1.599999999999ap-1), v13); // -0.675
        const double v16 = v15 - v7;
        const double v18 = fma(v16, s8, a0_m1_0);
        const double v23 = a1_0 * a1_0;
        const double v24 = a0_0 * v23;
        const double v25 = a0_m1_0 + a0_1_0;
        const double v26 = a0_m1 + a0_1;
        const double v27 = v25 + v26;
        const double v28 = fma(v27, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v29 = fma(a0_0, (-0x1.599999999999ap-1), v28); // -0.675
        const double v30 = v29 - v24;
        const double v31 = fma(v30, s8, a0_0);
        const double v36 = a1_1_0 * a1_1_0;
        const double v37 = a0_1_0 * v36;
        const double v38 = a0_0 + a0_2_0;
        const double v39 = a0_1_m1 + a0_1_1;
        const double v40 = v38 + v39;
        const double v41 = fma(v40, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v42 = fma(a0_1_0, (-0x1.599999999999ap-1), v41); // -0.675
        const double v43 = v42 - v37;
        const double v44 = fma(v43, s8, a0_1_0);
        const double v47 = a1_m1 * a1_m1;
        const double v48 = a0_m1 * v47;
        const double v49 = a0_m1_m1 + a0_1_m1;
        const double v50 = a0_m2 + a0_0;
        const double v51 = v49 + v50;
        const double v52 = fma(v51, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v53 = fma(a0_m1, (-0x1.599999999999ap-1), v52); // -0.675
        const double v54 = v53 - v48;
        const double v55 = fma(v54, s8, a0_m1);
        const double v58 = a1_1 * a1_1;
        const double v59 = a0_1 * v58;
        const double v60 = a0_m1_1 + a0_1_1;
        const double v61 = a0_0 + a0_2;
        const double v62 = v60 + v61;
        const double v63 = fma(v62, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v64 = fma(a0_1, (-0x1.599999999999ap-1), v63); // -0.675
        const double v65 = v64 - v59;
        const double v66 = fma(v65, s8, a0_1);
        const double v67 = a1_m1_0 + a1_1_0;
        const double v68 = a1_m1 + a1_1;
        const double v69 = v67 + v68;
        const double v72 = fma(v69, 0x1.47ae147ae147bp-4, v24); // 0.08
        const double v73 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v72); // -0.42000000000000004
        const double v74 = fma(v73, s8, a1_0);
        const double v75 = v74 * v74;
        const double v76 = v31 * v75;
        const double v77 = v18 + v44;
        const double v78 = v55 + v66;
        const double v79 = v77 + v78;
        const double v80 = fma(v79, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v81 = fma(v31, (-0x1.599999999999ap-1), v80); // -0.675
        const double v82 = v81 - v76;
        const double v83 = fma(v82, s8, v31);
        const double v87 = a1_m2_0 + a1_0;
        const double v88 = a1_m1_m1 + a1_m1_1;
        const double v89 = v87 + v88;
        const double v90 = fma(v89, 0x1.47ae147ae147bp-4, v7); // 0.08
        const double v91 = fma(a1_m1_0, (-0x1.ae147ae147ae2p-2), v90); // -0.42000000000000004
        const double v92 = fma(v91, s8, a1_m1_0);
        const double v96 = a1_0 + a1_2_0;
        const double v97 = a1_1_m1 + a1_1_1;
        const double v98 = v96 + v97;
        const double v99 = fma(v98, 0x1.47ae147ae147bp-4, v37); // 0.08
        const double v100 = fma(a1_1_0, (-0x1.ae147ae147ae2p-2), v99); // -0.42000000000000004
        const double v101 = fma(v100, s8, a1_1_0);
        const double v103 = a1_m1_m1 + a1_1_m1;
        const double v104 = a1_m2 + a1_0;
        const double v105 = v103 + v104;
        const double v106 = fma(v105, 0x1.47ae147ae147bp-4, v48); // 0.08
        const double v107 = fma(a1_m1, (-0x1.ae147ae147ae2p-2), v106); // -0.42000000000000004
        const double v108 = fma(v107, s8, a1_m1);
        const double v110 = a1_m1_1 + a1_1_1;
        const double v111 = a1_0 + a1_2;
        const double v112 = v110 + v111;
        const double v113 = fma(v112, 0x1.47ae147ae147bp-4, v59); // 0.08
        const double v114 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v113); // -0.42000000000000004
        const double v115 = fma(v114, s8, a1_1);
        const double v116 = v92 + v101;
        const double v117 = v108 + v115;
        const double v118 = v116 + v117;
        const double v119 = fma(v118, 0x1.47ae147ae147bp-4, v76); // 0.08
        const double v120 = fma(v74, (-0x1.ae147ae147ae2p-2), v119); // -0.42000000000000004
        const double v121 = fma(v120, s8, v74);
        const double v124 = a1_m1_1 * a1_m1_1;
        const double v125 = a0_m1_1 * v124;
        const double v126 = a0_m2_1 + a0_1;
        const double v127 = a0_m1_0 + a0_m1_2;
        const double v128 = v126 + v127;
        const double v129 = fma(v128, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v130 = fma(a0_m1_1, (-0x1.599999999999ap-1), v129); // -0.675
        const double v131 = v130 - v125;
        const double v132 = fma(v131, s8, a0_m1_1);
        const double v135 = a1_1_1 * a1_1_1;
        const double v136 = a0_1_1 * v135;
        const double v137 = a0_1 + a0_2_1;
        const double v138 = a0_1_0 + a0_1_2;
        const double v139 = v137 + v138;
        const double v140 = fma(v139, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v141 = fma(a0_1_1, (-0x1.599999999999ap-1), v140); // -0.675
        const double v142 = v141 - v136;
        const double v143 = fma(v142, s8, a0_1_1);
        const double v145 = a1_2 * a1_2;
        const double v146 = a0_2 * v145;
        const double v147 = a0_m1_2 + a0_1_2;
        const double v148 = a0_1 + a0_3;
        const double v149 = v147 + v148;
        const double v150 = fma(v149, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v151 = fma(a0_2, (-0x1.599999999999ap-1), v150); // -0.675
        const double v152 = v151 - v146;
        const double v153 = fma(v152, s8, a0_2);
        const double v154 = v115 * v115;
        const double v155 = v66 * v154;
        const double v156 = v132 + v143;
        const double v157 = v31 + v153;
        const double v158 = v156 + v157;
        const double v159 = fma(v158, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v160 = fma(v66, (-0x1.599999999999ap-1), v159); // -0.675
        const double v161 = v160 - v155;
        const double v162 = fma(v161, s8, v66);
        const double v165 = a1_m2_1 + a1_1;
        const double v166 = a1_m1_0 + a1_m1_2;
        const double v167 = v165 + v166;
        const double v168 = fma(v167, 0x1.47ae147ae147bp-4, v125); // 0.08
        const double v169 = fma(a1_m1_1, (-0x1.ae147ae147ae2p-2), v168); // -0.42000000000000004
        const double v170 = fma(v169, s8, a1_m1_1);
        const double v173 = a1_1 + a1_2_1;
        const double v174 = a1_1_0 + a1_1_2;
        const double v175 = v173 + v174;
        const double v176 = fma(v175, 0x1.47ae147ae147bp-4, v136); // 0.08
        const double v177 = fma(a1_1_1, (-0x1.ae147ae147ae2p-2), v176); // -0.42000000000000004
        const double v178 = fma(v177, s8, a1_1_1);
        const double v180 = a1_m1_2 + a1_1_2;
        const double v181 = a1_1 + a1_3;
        const double v182 = v180 + v181;
        const double v183 = fma(v182, 0x1.47ae147ae147bp-4, v146); // 0.08
        const double v184 = fma(a1_2, (-0x1.ae147ae147ae2p-2), v183); // -0.42000000000000004
        const double v185 = fma(v184, s8, a1_2);
        const double v186 = v170 + v178;
        const double v187 = v74 + v185;
        const double v188 = v186 + v187;
        const double v189 = fma(v188, 0x1.47ae147ae147bp-4, v155); // 0.08
        const double v190 = fma(v115, (-0x1.ae147ae147ae2p-2), v189); // -0.42000000000000004
        const double v191 = fma(v190, s8, v115);
        if (whole) {
            *(wide *)(a2 + p) = wide{v83, v162};
            *(wide *)(a3 + p) = wide{v121, v191};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v83; a3[p] = v121; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v162; a3[p + 1] = v191; }
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
cells_8(
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
    const double s8 = scalars[8]; // 1 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
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
        const double a0_2 = a0[p + 2];
        const double a1_m2 = a1[p - 2];
        const double a1_2 = a1[p + 2];
        const double v6 = a1_m1_0 * a1_m1_0;
        const double v7 = a0_m1_0 * v6;
        const double v8 = a0_m2_0 + a0_0;
        const double v9 = a0_m1_m1 + a0_m1_1;
        const double v10 = v8 + v9;
        const double v13 = fma(v10, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v15 = fma(a0_m1_0, (-0x1.599999999999ap-1), v13); // -0.675
        const double v16 = v15 - v7;
        const double v18 = fma(v16, s8, a0_m1_0);
        const double v23 = a1_0 * a1_0;
        const double v24 = a0_0 * v23;
        const double v25 = a0_m1_0 + a0_1_0;
        const double v26 = a0_m1 + a0_1;
        const double v27 = v25 + v26;
        const double v28 = fma(v27, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v29 = fma(a0_0, (-0x1.599999999999ap-1), v28); // -0.675
        const double v30 = v29 - v24;
        const double v31 = fma(v30, s8, a0_0);
        const double v36 = a1_1_0 * a1_1_0;
        const double v37 = a0_1_0 * v36;
        const double v38 = a0_0 + a0_2_0;
        const double v39 = a0_1_m1 + a0_1_1;
        const double v40 = v38 + v39;
        const double v41 = fma(v40, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v42 = fma(a0_1_0, (-0x1.599999999999ap-1), v41); // -0.675
        const double v43 = v42 - v37;
        const double v44 = fma(v43, s8, a0_1_0);
        const double v47 = a1_m1 * a1_m1;
        const double v48 = a0_m1 * v47;
        const double v49 = a0_m1_m1 + a0_1_m1;
        const double v50 = a0_m2 + a0_0;
        const double v51 = v49 + v50;
        const double v52 = fma(v51, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v53 = fma(a0_m1, (-0x1.599999999999ap-1), v52); // -0.675
        const double v54 = v53 - v48;
        const double v55 = fma(v54, s8, a0_m1);
        const double v58 = a1_1 * a1_1;
        const double v59 = a0_1 * v58;
        const double v60 = a0_m1_1 + a0_1_1;
        const double v61 = a0_0 + a0_2;
        const double v62 = v60 + v61;
        const double v63 = fma(v62, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v64 = fma(a0_1, (-0x1.599999999999ap-1), v63); // -0.675
        const double v65 = v64 - v59;
        const double v66 = fma(v65, s8, a0_1);
        const double v67 = a1_m1_0 + a1_1_0;
        const double v68 = a1_m1 + a1_1;
        const double v69 = v67 + v68;
        const double v72 = fma(v69, 0x1.47ae147ae147bp-4, v24); // 0.08
        const double v73 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v72); // -0.42000000000000004
        const double v74 = fma(v73, s8, a1_0);
        const double v75 = v74 * v74;
        const double v76 = v31 * v75;
        const double v77 = v18 + v44;
        const double v78 = v55 + v66;
        const double v79 = v77 + v78;
        const double v80 = fma(v79, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v81 = fma(v31, (-0x1.599999999999ap-1), v80); // -0.675
        const double v82 = v81 - v76;
        const double v83 = fma(v82, s8, v31);
        const double v87 = a1_m2_0 + a1_0;
        const double v88 = a1_m1_m1 + a1_m1_1;
        const double v89 = v87 + v88;
        const double v90 = fma(v89, 0x1.47ae147ae147bp-4, v7); // 0.08
        const double v91 = fma(a1_m1_0, (-0x1.ae147ae147ae2p-2), v90); // -0.42000000000000004
        const double v92 = fma(v91, s8, a1_m1_0);
        const double v96 = a1_0 + a1_2_0;
        const double v97 = a1_1_m1 + a1_1_1;
        const double v98 = v96 + v97;
        const double v99 = fma(v98, 0x1.47ae147ae147bp-4, v37); // 0.08
        const double v100 = fma(a1_1_0, (-0x1.ae147ae147ae2p-2), v99); // -0.42000000000000004
        const double v101 = fma(v100, s8, a1_1_0);
        const double v103 = a1_m1_m1 + a1_1_m1;
        const double v104 = a1_m2 + a1_0;
        const double v105 = v103 + v104;
        const double v106 = fma(v105, 0x1.47ae147ae147bp-4, v48); // 0.08
        const double v107 = fma(a1_m1, (-0x1.ae147ae147ae2p-2), v106); // -0.42000000000000004
        const double v108 = fma(v107, s8, a1_m1);
        const double v110 = a1_m1_1 + a1_1_1;
        const double v111 = a1_0 + a1_2;
        const double v112 = v110 + v111;
        const double v113 = fma(v112, 0x1.47ae147ae147bp-4, v59); // 0.08
        const double v114 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v113); // -0.42000000000000004
        const double v115 = fma(v114, s8, a1_1);
        const double v116 = v92 + v101;
        const double v117 = v108 + v115;
        const double v118 = v116 + v117;
        const double v119 = fma(v118, 0x1.47ae147ae147bp-4, v76); // 0.08
        const double v120 = fma(v74, (-0x1.ae147ae147ae2p-2), v119); // -0.42000000000000004
        const double v121 = fma(v120, s8, v74);
        a2[p] = v83;
        a3[p] = v121;
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
