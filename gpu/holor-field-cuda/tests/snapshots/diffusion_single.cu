// Compile with --fmad=false: a product and a sum are joined only where fma is written.

typedef float real;
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
struct __align__(16) wide { real x, y, z, w; };

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
    real *a0)
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
}

// u + dt f: 4 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_2(
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
    const int k = (k0 & -4) + 4 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 4 <= k0 + nk;
    const float s6 = (float)scalars[6]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y, a0_m1_2 = w0_m1_0.z, a0_m1_3 = w0_m1_0.w;
    real a0_m1_4 = a0[p - 76];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y, a0_2 = w0_0.z, a0_3 = w0_0.w;
    real a0_4 = a0[p + 4];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y, a0_1_2 = w0_1_0.z, a0_1_3 = w0_1_0.w;
        const real a0_1_4 = a0[p + 84];
        const float v5 = a0_m1_0 + a0_1_0;
        const float v6 = a0_m1 + a0_1;
        const float v7 = v5 + v6;
        const float v9 = v7 * 0x1.99999ap-4f; // 0.1
        const float v11 = fmaf(a0_0, (-0x1.99999ap-2f), v9); // -0.4
        const float v13 = fmaf(v11, s6, a0_0);
        const float v17 = a0_m1_1 + a0_1_1;
        const float v18 = a0_0 + a0_2;
        const float v19 = v17 + v18;
        const float v20 = v19 * 0x1.99999ap-4f; // 0.1
        const float v21 = fmaf(a0_1, (-0x1.99999ap-2f), v20); // -0.4
        const float v22 = fmaf(v21, s6, a0_1);
        const float v26 = a0_m1_2 + a0_1_2;
        const float v27 = a0_1 + a0_3;
        const float v28 = v26 + v27;
        const float v29 = v28 * 0x1.99999ap-4f; // 0.1
        const float v30 = fmaf(a0_2, (-0x1.99999ap-2f), v29); // -0.4
        const float v31 = fmaf(v30, s6, a0_2);
        const float v35 = a0_m1_3 + a0_1_3;
        const float v36 = a0_2 + a0_4;
        const float v37 = v35 + v36;
        const float v38 = v37 * 0x1.99999ap-4f; // 0.1
        const float v39 = fmaf(a0_3, (-0x1.99999ap-2f), v38); // -0.4
        const float v40 = fmaf(v39, s6, a0_3);
        if (whole) {
            *(wide *)(a1 + p) = wide{v13, v22, v31, v40};
        } else {
            if (k >= k0 && k < k0 + nk) { a1[p] = v13; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a1[p + 1] = v22; }
            if (k + 2 >= k0 && k + 2 < k0 + nk) { a1[p + 2] = v31; }
            if (k + 3 >= k0 && k + 3 < k0 + nk) { a1[p + 3] = v40; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2; a0_m1_3 = a0_3; a0_m1_4 = a0_4;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2; a0_3 = a0_1_3; a0_4 = a0_1_4;
    }
}

// u + dt f: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
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
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const float s6 = (float)scalars[6]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const float a0_m1 = a0[p - 1];
        const float a0_1 = a0[p + 1];
        const float v5 = a0_m1_0 + a0_1_0;
        const float v6 = a0_m1 + a0_1;
        const float v7 = v5 + v6;
        const float v9 = v7 * 0x1.99999ap-4f; // 0.1
        const float v11 = fmaf(a0_0, (-0x1.99999ap-2f), v9); // -0.4
        const float v13 = fmaf(v11, s6, a0_0);
        a1[p] = v13;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
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
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const float s7 = (float)scalars[7]; // 1 step meanwhile
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
    for (; j < last; j++, p += 80) {
        const real a0_1_m2 = a0[p + 78];
        const real a0_2_m1 = a0[p + 159];
        const real a0_3_0 = a0[p + 240];
        const real a0_2_1 = a0[p + 161];
        const real a0_1_2 = a0[p + 82];
        const float a0_m3 = a0[p - 3];
        const float a0_3 = a0[p + 3];
        const float v5 = a0_m3_0 + a0_m1_0;
        const float v6 = a0_m2_m1 + a0_m2_1;
        const float v7 = v5 + v6;
        const float v9 = v7 * 0x1.99999ap-4f; // 0.1
        const float v11 = fmaf(a0_m2_0, (-0x1.99999ap-2f), v9); // -0.4
        const float v13 = fmaf(v11, s7, a0_m2_0);
        const float v17 = a0_m2_0 + a0_0;
        const float v18 = a0_m1_m1 + a0_m1_1;
        const float v19 = v17 + v18;
        const float v20 = v19 * 0x1.99999ap-4f; // 0.1
        const float v21 = fmaf(a0_m1_0, (-0x1.99999ap-2f), v20); // -0.4
        const float v22 = fmaf(v21, s7, a0_m1_0);
        const float v26 = a0_m1_0 + a0_1_0;
        const float v27 = a0_m1 + a0_1;
        const float v28 = v26 + v27;
        const float v29 = v28 * 0x1.99999ap-4f; // 0.1
        const float v30 = fmaf(a0_0, (-0x1.99999ap-2f), v29); // -0.4
        const float v31 = fmaf(v30, s7, a0_0);
        const float v33 = a0_m2_m1 + a0_m1;
        const float v34 = a0_m1_m2 + a0_m1_0;
        const float v35 = v33 + v34;
        const float v36 = v35 * 0x1.99999ap-4f; // 0.1
        const float v37 = fmaf(a0_m1_m1, (-0x1.99999ap-2f), v36); // -0.4
        const float v38 = fmaf(v37, s7, a0_m1_m1);
        const float v40 = a0_m2_1 + a0_1;
        const float v41 = a0_m1_0 + a0_m1_2;
        const float v42 = v40 + v41;
        const float v43 = v42 * 0x1.99999ap-4f; // 0.1
        const float v44 = fmaf(a0_m1_1, (-0x1.99999ap-2f), v43); // -0.4
        const float v45 = fmaf(v44, s7, a0_m1_1);
        const float v46 = v13 + v31;
        const float v47 = v38 + v45;
        const float v48 = v46 + v47;
        const float v49 = v48 * 0x1.99999ap-4f; // 0.1
        const float v50 = fmaf(v22, (-0x1.99999ap-2f), v49); // -0.4
        const float v51 = fmaf(v50, s7, v22);
        const float v55 = a0_0 + a0_2_0;
        const float v56 = a0_1_m1 + a0_1_1;
        const float v57 = v55 + v56;
        const float v58 = v57 * 0x1.99999ap-4f; // 0.1
        const float v59 = fmaf(a0_1_0, (-0x1.99999ap-2f), v58); // -0.4
        const float v60 = fmaf(v59, s7, a0_1_0);
        const float v62 = a0_m1_m1 + a0_1_m1;
        const float v63 = a0_m2 + a0_0;
        const float v64 = v62 + v63;
        const float v65 = v64 * 0x1.99999ap-4f; // 0.1
        const float v66 = fmaf(a0_m1, (-0x1.99999ap-2f), v65); // -0.4
        const float v67 = fmaf(v66, s7, a0_m1);
        const float v69 = a0_m1_1 + a0_1_1;
        const float v70 = a0_0 + a0_2;
        const float v71 = v69 + v70;
        const float v72 = v71 * 0x1.99999ap-4f; // 0.1
        const float v73 = fmaf(a0_1, (-0x1.99999ap-2f), v72); // -0.4
        const float v74 = fmaf(v73, s7, a0_1);
        const float v75 = v22 + v60;
        const float v76 = v67 + v74;
        const float v77 = v75 + v76;
        const float v78 = v77 * 0x1.99999ap-4f; // 0.1
        const float v79 = fmaf(v31, (-0x1.99999ap-2f), v78); // -0.4
        const float v80 = fmaf(v79, s7, v31);
        const float v84 = a0_1_0 + a0_3_0;
        const float v85 = a0_2_m1 + a0_2_1;
        const float v86 = v84 + v85;
        const float v87 = v86 * 0x1.99999ap-4f; // 0.1
        const float v88 = fmaf(a0_2_0, (-0x1.99999ap-2f), v87); // -0.4
        const float v89 = fmaf(v88, s7, a0_2_0);
        const float v91 = a0_m1 + a0_2_m1;
        const float v92 = a0_1_m2 + a0_1_0;
        const float v93 = v91 + v92;
        const float v94 = v93 * 0x1.99999ap-4f; // 0.1
        const float v95 = fmaf(a0_1_m1, (-0x1.99999ap-2f), v94); // -0.4
        const float v96 = fmaf(v95, s7, a0_1_m1);
        const float v98 = a0_1 + a0_2_1;
        const float v99 = a0_1_0 + a0_1_2;
        const float v100 = v98 + v99;
        const float v101 = v100 * 0x1.99999ap-4f; // 0.1
        const float v102 = fmaf(a0_1_1, (-0x1.99999ap-2f), v101); // -0.4
        const float v103 = fmaf(v102, s7, a0_1_1);
        const float v104 = v31 + v89;
        const float v105 = v96 + v103;
        const float v106 = v104 + v105;
        const float v107 = v106 * 0x1.99999ap-4f; // 0.1
        const float v108 = fmaf(v60, (-0x1.99999ap-2f), v107); // -0.4
        const float v109 = fmaf(v108, s7, v60);
        const float v111 = a0_m1_m2 + a0_1_m2;
        const float v112 = a0_m3 + a0_m1;
        const float v113 = v111 + v112;
        const float v114 = v113 * 0x1.99999ap-4f; // 0.1
        const float v115 = fmaf(a0_m2, (-0x1.99999ap-2f), v114); // -0.4
        const float v116 = fmaf(v115, s7, a0_m2);
        const float v117 = v38 + v96;
        const float v118 = v116 + v31;
        const float v119 = v117 + v118;
        const float v120 = v119 * 0x1.99999ap-4f; // 0.1
        const float v121 = fmaf(v67, (-0x1.99999ap-2f), v120); // -0.4
        const float v122 = fmaf(v121, s7, v67);
        const float v124 = a0_m1_2 + a0_1_2;
        const float v125 = a0_1 + a0_3;
        const float v126 = v124 + v125;
        const float v127 = v126 * 0x1.99999ap-4f; // 0.1
        const float v128 = fmaf(a0_2, (-0x1.99999ap-2f), v127); // -0.4
        const float v129 = fmaf(v128, s7, a0_2);
        const float v130 = v45 + v103;
        const float v131 = v31 + v129;
        const float v132 = v130 + v131;
        const float v133 = v132 * 0x1.99999ap-4f; // 0.1
        const float v134 = fmaf(v74, (-0x1.99999ap-2f), v133); // -0.4
        const float v135 = fmaf(v134, s7, v74);
        const float v136 = v51 + v109;
        const float v137 = v122 + v135;
        const float v138 = v136 + v137;
        const float v139 = v138 * 0x1.99999ap-4f; // 0.1
        const float v140 = fmaf(v80, (-0x1.99999ap-2f), v139); // -0.4
        const float v141 = fmaf(v140, s7, v80);
        a1[p] = v141;
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

// step, 2 programs at once: 4 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_7(
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
    const int k = (k0 & -4) + 4 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 4 <= k0 + nk;
    const float s8 = (float)scalars[8]; // 1 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
    const wide w0_m2_m4 = *(const wide *)(a0 + p - 164);
    real a0_m2_m2 = w0_m2_m4.z, a0_m2_m1 = w0_m2_m4.w;
    const wide w0_m2_0 = *(const wide *)(a0 + p - 160);
    real a0_m2_0 = w0_m2_0.x, a0_m2_1 = w0_m2_0.y, a0_m2_2 = w0_m2_0.z, a0_m2_3 = w0_m2_0.w;
    const wide w0_m2_4 = *(const wide *)(a0 + p - 156);
    real a0_m2_4 = w0_m2_4.x, a0_m2_5 = w0_m2_4.y;
    const wide w0_m1_m4 = *(const wide *)(a0 + p - 84);
    real a0_m1_m2 = w0_m1_m4.z, a0_m1_m1 = w0_m1_m4.w;
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y, a0_m1_2 = w0_m1_0.z, a0_m1_3 = w0_m1_0.w;
    const wide w0_m1_4 = *(const wide *)(a0 + p - 76);
    real a0_m1_4 = w0_m1_4.x, a0_m1_5 = w0_m1_4.y;
    const wide w0_m4 = *(const wide *)(a0 + p - 4);
    real a0_m2 = w0_m4.z, a0_m1 = w0_m4.w;
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y, a0_2 = w0_0.z, a0_3 = w0_0.w;
    const wide w0_4 = *(const wide *)(a0 + p + 4);
    real a0_4 = w0_4.x, a0_5 = w0_4.y;
    const wide w0_1_m4 = *(const wide *)(a0 + p + 76);
    real a0_1_m2 = w0_1_m4.z, a0_1_m1 = w0_1_m4.w;
    const wide w0_1_0 = *(const wide *)(a0 + p + 80);
    real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y, a0_1_2 = w0_1_0.z, a0_1_3 = w0_1_0.w;
    const wide w0_1_4 = *(const wide *)(a0 + p + 84);
    real a0_1_4 = w0_1_4.x, a0_1_5 = w0_1_4.y;
    for (; j < last; j++, p += 80) {
        const wide w0_2_m4 = *(const wide *)(a0 + p + 156);
        const real a0_2_m2 = w0_2_m4.z, a0_2_m1 = w0_2_m4.w;
        const wide w0_2_0 = *(const wide *)(a0 + p + 160);
        const real a0_2_0 = w0_2_0.x, a0_2_1 = w0_2_0.y, a0_2_2 = w0_2_0.z, a0_2_3 = w0_2_0.w;
        const wide w0_2_4 = *(const wide *)(a0 + p + 164);
        const real a0_2_4 = w0_2_4.x, a0_2_5 = w0_2_4.y;
        const float v5 = a0_m2_0 + a0_0;
        const float v6 = a0_m1_m1 + a0_m1_1;
        const float v7 = v5 + v6;
        const float v9 = v7 * 0x1.99999ap-4f; // 0.1
        const float v11 = fmaf(a0_m1_0, (-0x1.99999ap-2f), v9); // -0.4
        const float v13 = fmaf(v11, s8, a0_m1_0);
        const float v17 = a0_m1_0 + a0_1_0;
        const float v18 = a0_m1 + a0_1;
        const float v19 = v17 + v18;
        const float v20 = v19 * 0x1.99999ap-4f; // 0.1
        const float v21 = fmaf(a0_0, (-0x1.99999ap-2f), v20); // -0.4
        const float v22 = fmaf(v21, s8, a0_0);
        const float v26 = a0_0 + a0_2_0;
        const float v27 = a0_1_m1 + a0_1_1;
        const float v28 = v26 + v27;
        const float v29 = v28 * 0x1.99999ap-4f; // 0.1
        const float v30 = fmaf(a0_1_0, (-0x1.99999ap-2f), v29); // -0.4
        const float v31 = fmaf(v30, s8, a0_1_0);
        const float v33 = a0_m1_m1 + a0_1_m1;
        const float v34 = a0_m2 + a0_0;
        const float v35 = v33 + v34;
        const float v36 = v35 * 0x1.99999ap-4f; // 0.1
        const float v37 = fmaf(a0_m1, (-0x1.99999ap-2f), v36); // -0.4
        const float v38 = fmaf(v37, s8, a0_m1);
        const float v40 = a0_m1_1 + a0_1_1;
        const float v41 = a0_0 + a0_2;
        const float v42 = v40 + v41;
        const float v43 = v42 * 0x1.99999ap-4f; // 0.1
        const float v44 = fmaf(a0_1, (-0x1.99999ap-2f), v43); // -0.4
        const float v45 = fmaf(v44, s8, a0_1);
        const float v46 = v13 + v31;
        const float v47 = v38 + v45;
        const float v48 = v46 + v47;
        const float v49 = v48 * 0x1.99999ap-4f; // 0.1
        const float v50 = fmaf(v22, (-0x1.99999ap-2f), v49); // -0.4
        const float v51 = fmaf(v50, s8, v22);
        const float v54 = a0_m2_1 + a0_1;
        const float v55 = a0_m1_0 + a0_m1_2;
        const float v56 = v54 + v55;
        const float v57 = v56 * 0x1.99999ap-4f; // 0.1
        const float v58 = fmaf(a0_m1_1, (-0x1.99999ap-2f), v57); // -0.4
        const float v59 = fmaf(v58, s8, a0_m1_1);
        const float v62 = a0_1 + a0_2_1;
        const float v63 = a0_1_0 + a0_1_2;
        const float v64 = v62 + v63;
        const float v65 = v64 * 0x1.99999ap-4f; // 0.1
        const float v66 = fmaf(a0_1_1, (-0x1.99999ap-2f), v65); // -0.4
        const float v67 = fmaf(v66, s8, a0_1_1);
        const float v69 = a0_m1_2 + a0_1_2;
        const float v70 = a0_1 + a0_3;
        const float v71 = v69 + v70;
        const float v72 = v71 * 0x1.99999ap-4f; // 0.1
        const float v73 = fmaf(a0_2, (-0x1.99999ap-2f), v72); // -0.4
        const float v74 = fmaf(v73, s8, a0_2);
        const float v75 = v59 + v67;
        const float v76 = v22 + v74;
        const float v77 = v75 + v76;
        const float v78 = v77 * 0x1.99999ap-4f; // 0.1
        const float v79 = fmaf(v45, (-0x1.99999ap-2f), v78); // -0.4
        const float v80 = fmaf(v79, s8, v45);
        const float v83 = a0_m2_2 + a0_2;
        const float v84 = a0_m1_1 + a0_m1_3;
        const float v85 = v83 + v84;
        const float v86 = v85 * 0x1.99999ap-4f; // 0.1
        const float v87 = fmaf(a0_m1_2, (-0x1.99999ap-2f), v86); // -0.4
        const float v88 = fmaf(v87, s8, a0_m1_2);
        const float v91 = a0_2 + a0_2_2;
        const float v92 = a0_1_1 + a0_1_3;
        const float v93 = v91 + v92;
        const float v94 = v93 * 0x1.99999ap-4f; // 0.1
        const float v95 = fmaf(a0_1_2, (-0x1.99999ap-2f), v94); // -0.4
        const float v96 = fmaf(v95, s8, a0_1_2);
        const float v98 = a0_m1_3 + a0_1_3;
        const float v99 = a0_2 + a0_4;
        const float v100 = v98 + v99;
        const float v101 = v100 * 0x1.99999ap-4f; // 0.1
        const float v102 = fmaf(a0_3, (-0x1.99999ap-2f), v101); // -0.4
        const float v103 = fmaf(v102, s8, a0_3);
        const float v104 = v88 + v96;
        const float v105 = v45 + v103;
        const float v106 = v104 + v105;
        const float v107 = v106 * 0x1.99999ap-4f; // 0.1
        const float v108 = fmaf(v74, (-0x1.99999ap-2f), v107); // -0.4
        const float v109 = fmaf(v108, s8, v74);
        const float v112 = a0_m2_3 + a0_3;
        const float v113 = a0_m1_2 + a0_m1_4;
        const float v114 = v112 + v113;
        const float v115 = v114 * 0x1.99999ap-4f; // 0.1
        const float v116 = fmaf(a0_m1_3, (-0x1.99999ap-2f), v115); // -0.4
        const float v117 = fmaf(v116, s8, a0_m1_3);
        const float v120 = a0_3 + a0_2_3;
        const float v121 = a0_1_2 + a0_1_4;
        const float v122 = v120 + v121;
        const float v123 = v122 * 0x1.99999ap-4f; // 0.1
        const float v124 = fmaf(a0_1_3, (-0x1.99999ap-2f), v123); // -0.4
        const float v125 = fmaf(v124, s8, a0_1_3);
        const float v127 = a0_m1_4 + a0_1_4;
        const float v128 = a0_3 + a0_5;
        const float v129 = v127 + v128;
        const float v130 = v129 * 0x1.99999ap-4f; // 0.1
        const float v131 = fmaf(a0_4, (-0x1.99999ap-2f), v130); // -0.4
        const float v132 = fmaf(v131, s8, a0_4);
        const float v133 = v117 + v125;
        const float v134 = v74 + v132;
        const float v135 = v133 + v134;
        const float v136 = v135 * 0x1.99999ap-4f; // 0.1
        const float v137 = fmaf(v103, (-0x1.99999ap-2f), v136); // -0.4
        const float v138 = fmaf(v137, s8, v103);
        if (whole) {
            *(wide *)(a1 + p) = wide{v51, v80, v109, v138};
        } else {
            if (k >= k0 && k < k0 + nk) { a1[p] = v51; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a1[p + 1] = v80; }
            if (k + 2 >= k0 && k + 2 < k0 + nk) { a1[p + 2] = v109; }
            if (k + 3 >= k0 && k + 3 < k0 + nk) { a1[p + 3] = v138; }
        }
        a0_m2_m2 = a0_m1_m2; a0_m2_m1 = a0_m1_m1; a0_m2_0 = a0_m1_0; a0_m2_1 = a0_m1_1; a0_m2_2 = a0_m1_2; a0_m2_3 = a0_m1_3; a0_m2_4 = a0_m1_4; a0_m2_5 = a0_m1_5;
        a0_m1_m2 = a0_m2; a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2; a0_m1_3 = a0_3; a0_m1_4 = a0_4; a0_m1_5 = a0_5;
        a0_m2 = a0_1_m2; a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2; a0_3 = a0_1_3; a0_4 = a0_1_4; a0_5 = a0_1_5;
        a0_1_m2 = a0_2_m2; a0_1_m1 = a0_2_m1; a0_1_0 = a0_2_0; a0_1_1 = a0_2_1; a0_1_2 = a0_2_2; a0_1_3 = a0_2_3; a0_1_4 = a0_2_4; a0_1_5 = a0_2_5;
    }
}

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_8(
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
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const float s8 = (float)scalars[8]; // 1 step meanwhile
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
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const real a0_2_0 = a0[p + 160];
        const real a0_1_1 = a0[p + 81];
        const float a0_m2 = a0[p - 2];
        const float a0_2 = a0[p + 2];
        const float v5 = a0_m2_0 + a0_0;
        const float v6 = a0_m1_m1 + a0_m1_1;
        const float v7 = v5 + v6;
        const float v9 = v7 * 0x1.99999ap-4f; // 0.1
        const float v11 = fmaf(a0_m1_0, (-0x1.99999ap-2f), v9); // -0.4
        const float v13 = fmaf(v11, s8, a0_m1_0);
        const float v17 = a0_m1_0 + a0_1_0;
        const float v18 = a0_m1 + a0_1;
        const float v19 = v17 + v18;
        const float v20 = v19 * 0x1.99999ap-4f; // 0.1
        const float v21 = fmaf(a0_0, (-0x1.99999ap-2f), v20); // -0.4
        const float v22 = fmaf(v21, s8, a0_0);
        const float v26 = a0_0 + a0_2_0;
        const float v27 = a0_1_m1 + a0_1_1;
        const float v28 = v26 + v27;
        const float v29 = v28 * 0x1.99999ap-4f; // 0.1
        const float v30 = fmaf(a0_1_0, (-0x1.99999ap-2f), v29); // -0.4
        const float v31 = fmaf(v30, s8, a0_1_0);
        const float v33 = a0_m1_m1 + a0_1_m1;
        const float v34 = a0_m2 + a0_0;
        const float v35 = v33 + v34;
        const float v36 = v35 * 0x1.99999ap-4f; // 0.1
        const float v37 = fmaf(a0_m1, (-0x1.99999ap-2f), v36); // -0.4
        const float v38 = fmaf(v37, s8, a0_m1);
        const float v40 = a0_m1_1 + a0_1_1;
        const float v41 = a0_0 + a0_2;
        const float v42 = v40 + v41;
        const float v43 = v42 * 0x1.99999ap-4f; // 0.1
        const float v44 = fmaf(a0_1, (-0x1.99999ap-2f), v43); // -0.4
        const float v45 = fmaf(v44, s8, a0_1);
        const float v46 = v13 + v31;
        const float v47 = v38 + v45;
        const float v48 = v46 + v47;
        const float v49 = v48 * 0x1.99999ap-4f; // 0.1
        const float v50 = fmaf(v22, (-0x1.99999ap-2f), v49); // -0.4
        const float v51 = fmaf(v50, s8, v22);
        a1[p] = v51;
        a0_m1_m1 = a0_m1;
        a0_m1 = a0_1_m1;
        a0_m2_0 = a0_m1_0;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a0_1_0 = a0_2_0;
        a0_m1_1 = a0_1;
        a0_1 = a0_1_1;
    }
}
