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

// u + dt f: cells
extern "C" __global__ void __launch_bounds__(256)
cells_2(
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

// step with 2 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_3(
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
    scalars[7] = s1; // 1 step meanwhile
    scalars[0] = v12; // time
    scalars[2] = v13; // count
    scalars[5] = v8; // time at 0 of the step
    scalars[6] = s1; // 1 step
}

// step, 2 programs at once: cells
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
    const double s7 = scalars[7]; // 1 step meanwhile
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
        const double v18 = fma(v16, s7, a0_m1_0);
        const double v23 = a1_0 * a1_0;
        const double v24 = a0_0 * v23;
        const double v25 = a0_m1_0 + a0_1_0;
        const double v26 = a0_m1 + a0_1;
        const double v27 = v25 + v26;
        const double v28 = fma(v27, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v29 = fma(a0_0, (-0x1.599999999999ap-1), v28); // -0.675
        const double v30 = v29 - v24;
        const double v31 = fma(v30, s7, a0_0);
        const double v36 = a1_1_0 * a1_1_0;
        const double v37 = a0_1_0 * v36;
        const double v38 = a0_0 + a0_2_0;
        const double v39 = a0_1_m1 + a0_1_1;
        const double v40 = v38 + v39;
        const double v41 = fma(v40, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v42 = fma(a0_1_0, (-0x1.599999999999ap-1), v41); // -0.675
        const double v43 = v42 - v37;
        const double v44 = fma(v43, s7, a0_1_0);
        const double v47 = a1_m1 * a1_m1;
        const double v48 = a0_m1 * v47;
        const double v49 = a0_m1_m1 + a0_1_m1;
        const double v50 = a0_m2 + a0_0;
        const double v51 = v49 + v50;
        const double v52 = fma(v51, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v53 = fma(a0_m1, (-0x1.599999999999ap-1), v52); // -0.675
        const double v54 = v53 - v48;
        const double v55 = fma(v54, s7, a0_m1);
        const double v58 = a1_1 * a1_1;
        const double v59 = a0_1 * v58;
        const double v60 = a0_m1_1 + a0_1_1;
        const double v61 = a0_0 + a0_2;
        const double v62 = v60 + v61;
        const double v63 = fma(v62, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v64 = fma(a0_1, (-0x1.599999999999ap-1), v63); // -0.675
        const double v65 = v64 - v59;
        const double v66 = fma(v65, s7, a0_1);
        const double v67 = a1_m1_0 + a1_1_0;
        const double v68 = a1_m1 + a1_1;
        const double v69 = v67 + v68;
        const double v72 = fma(v69, 0x1.47ae147ae147bp-4, v24); // 0.08
        const double v73 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v72); // -0.42000000000000004
        const double v74 = fma(v73, s7, a1_0);
        const double v75 = v74 * v74;
        const double v76 = v31 * v75;
        const double v77 = v18 + v44;
        const double v78 = v55 + v66;
        const double v79 = v77 + v78;
        const double v80 = fma(v79, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v81 = fma(v31, (-0x1.599999999999ap-1), v80); // -0.675
        const double v82 = v81 - v76;
        const double v83 = fma(v82, s7, v31);
        const double v87 = a1_m2_0 + a1_0;
        const double v88 = a1_m1_m1 + a1_m1_1;
        const double v89 = v87 + v88;
        const double v90 = fma(v89, 0x1.47ae147ae147bp-4, v7); // 0.08
        const double v91 = fma(a1_m1_0, (-0x1.ae147ae147ae2p-2), v90); // -0.42000000000000004
        const double v92 = fma(v91, s7, a1_m1_0);
        const double v96 = a1_0 + a1_2_0;
        const double v97 = a1_1_m1 + a1_1_1;
        const double v98 = v96 + v97;
        const double v99 = fma(v98, 0x1.47ae147ae147bp-4, v37); // 0.08
        const double v100 = fma(a1_1_0, (-0x1.ae147ae147ae2p-2), v99); // -0.42000000000000004
        const double v101 = fma(v100, s7, a1_1_0);
        const double v103 = a1_m1_m1 + a1_1_m1;
        const double v104 = a1_m2 + a1_0;
        const double v105 = v103 + v104;
        const double v106 = fma(v105, 0x1.47ae147ae147bp-4, v48); // 0.08
        const double v107 = fma(a1_m1, (-0x1.ae147ae147ae2p-2), v106); // -0.42000000000000004
        const double v108 = fma(v107, s7, a1_m1);
        const double v110 = a1_m1_1 + a1_1_1;
        const double v111 = a1_0 + a1_2;
        const double v112 = v110 + v111;
        const double v113 = fma(v112, 0x1.47ae147ae147bp-4, v59); // 0.08
        const double v114 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v113); // -0.42000000000000004
        const double v115 = fma(v114, s7, a1_1);
        const double v116 = v92 + v101;
        const double v117 = v108 + v115;
        const double v118 = v116 + v117;
        const double v119 = fma(v118, 0x1.47ae147ae147bp-4, v76); // 0.08
        const double v120 = fma(v74, (-0x1.ae147ae147ae2p-2), v119); // -0.42000000000000004
        const double v121 = fma(v120, s7, v74);
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
