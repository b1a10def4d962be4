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

// u + dt f: 2 cells a thread
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
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const real a0_1_2 = a0[p + 82];
        const double v5 = a0_m1_0 + a0_1_0;
        const double v6 = a0_m1 + a0_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = fma(v11, s6, a0_0);
        const double v17 = a0_m1_1 + a0_1_1;
        const double v18 = a0_0 + a0_2;
        const double v19 = v17 + v18;
        const double v20 = v19 * 0x1.999999999999ap-4; // 0.1
        const double v21 = fma(a0_1, (-0x1.999999999999ap-2), v20); // -0.4
        const double v22 = fma(v21, s6, a0_1);
        if (whole) {
            *(wide *)(a1 + p) = wide{v13, v22};
        } else {
            if (k >= k0 && k < k0 + nk) { a1[p] = v13; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a1[p + 1] = v22; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2;
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
    const double s6 = scalars[6]; // 1 step
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
    real a0_m1_0 = a0[p - 80];
    real a0_0 = a0[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_0 = a0[p + 80];
        const double a0_m1 = a0[p - 1];
        const double a0_1 = a0[p + 1];
        const double v5 = a0_m1_0 + a0_1_0;
        const double v6 = a0_m1 + a0_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = fma(v11, s6, a0_0);
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

// step, 3 programs at once: 2 cells a thread
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
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s7 = scalars[7]; // 1 step meanwhile
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1520 + (place)j * 80 + k;
    real a0_m3_m3 = a0[p - 243];
    const wide w0_m3_m2 = *(const wide *)(a0 + p - 242);
    real a0_m3_m2 = w0_m3_m2.x, a0_m3_m1 = w0_m3_m2.y;
    const wide w0_m3_0 = *(const wide *)(a0 + p - 240);
    real a0_m3_0 = w0_m3_0.x, a0_m3_1 = w0_m3_0.y;
    const wide w0_m3_2 = *(const wide *)(a0 + p - 238);
    real a0_m3_2 = w0_m3_2.x, a0_m3_3 = w0_m3_2.y;
    real a0_m3_4 = a0[p - 236];
    real a0_m2_m3 = a0[p - 163];
    const wide w0_m2_m2 = *(const wide *)(a0 + p - 162);
    real a0_m2_m2 = w0_m2_m2.x, a0_m2_m1 = w0_m2_m2.y;
    const wide w0_m2_0 = *(const wide *)(a0 + p - 160);
    real a0_m2_0 = w0_m2_0.x, a0_m2_1 = w0_m2_0.y;
    const wide w0_m2_2 = *(const wide *)(a0 + p - 158);
    real a0_m2_2 = w0_m2_2.x, a0_m2_3 = w0_m2_2.y;
    real a0_m2_4 = a0[p - 156];
    real a0_m1_m3 = a0[p - 83];
    const wide w0_m1_m2 = *(const wide *)(a0 + p - 82);
    real a0_m1_m2 = w0_m1_m2.x, a0_m1_m1 = w0_m1_m2.y;
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y;
    const wide w0_m1_2 = *(const wide *)(a0 + p - 78);
    real a0_m1_2 = w0_m1_2.x, a0_m1_3 = w0_m1_2.y;
    real a0_m1_4 = a0[p - 76];
    real a0_m3 = a0[p - 3];
    const wide w0_m2 = *(const wide *)(a0 + p - 2);
    real a0_m2 = w0_m2.x, a0_m1 = w0_m2.y;
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y;
    const wide w0_2 = *(const wide *)(a0 + p + 2);
    real a0_2 = w0_2.x, a0_3 = w0_2.y;
    real a0_4 = a0[p + 4];
    real a0_1_m3 = a0[p + 77];
    const wide w0_1_m2 = *(const wide *)(a0 + p + 78);
    real a0_1_m2 = w0_1_m2.x, a0_1_m1 = w0_1_m2.y;
    const wide w0_1_0 = *(const wide *)(a0 + p + 80);
    real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
    const wide w0_1_2 = *(const wide *)(a0 + p + 82);
    real a0_1_2 = w0_1_2.x, a0_1_3 = w0_1_2.y;
    real a0_1_4 = a0[p + 84];
    real a0_2_m3 = a0[p + 157];
    const wide w0_2_m2 = *(const wide *)(a0 + p + 158);
    real a0_2_m2 = w0_2_m2.x, a0_2_m1 = w0_2_m2.y;
    const wide w0_2_0 = *(const wide *)(a0 + p + 160);
    real a0_2_0 = w0_2_0.x, a0_2_1 = w0_2_0.y;
    const wide w0_2_2 = *(const wide *)(a0 + p + 162);
    real a0_2_2 = w0_2_2.x, a0_2_3 = w0_2_2.y;
    real a0_2_4 = a0[p + 164];
    for (; j < last; j++, p += 80) {
        const real a0_3_m3 = a0[p + 237];
        const wide w0_3_m2 = *(const wide *)(a0 + p + 238);
        const real a0_3_m2 = w0_3_m2.x, a0_3_m1 = w0_3_m2.y;
        const wide w0_3_0 = *(const wide *)(a0 + p + 240);
        const real a0_3_0 = w0_3_0.x, a0_3_1 = w0_3_0.y;
        const wide w0_3_2 = *(const wide *)(a0 + p + 242);
        const real a0_3_2 = w0_3_2.x, a0_3_3 = w0_3_2.y;
        const real a0_3_4 = a0[p + 244];
        const double v5 = a0_m3_0 + a0_m1_0;
        const double v6 = a0_m2_m1 + a0_m2_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_m2_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = fma(v11, s7, a0_m2_0);
        const double v17 = a0_m2_0 + a0_0;
        const double v18 = a0_m1_m1 + a0_m1_1;
        const double v19 = v17 + v18;
        const double v20 = v19 * 0x1.999999999999ap-4; // 0.1
        const double v21 = fma(a0_m1_0, (-0x1.999999999999ap-2), v20); // -0.4
        const double v22 = fma(v21, s7, a0_m1_0);
        const double v26 = a0_m1_0 + a0_1_0;
        const double v27 = a0_m1 + a0_1;
        const double v28 = v26 + v27;
        const double v29 = v28 * 0x1.999999999999ap-4; // 0.1
        const double v30 = fma(a0_0, (-0x1.999999999999ap-2), v29); // -0.4
        const double v31 = fma(v30, s7, a0_0);
        const double v33 = a0_m2_m1 + a0_m1;
        const double v34 = a0_m1_m2 + a0_m1_0;
        const double v35 = v33 + v34;
        const double v36 = v35 * 0x1.999999999999ap-4; // 0.1
        const double v37 = fma(a0_m1_m1, (-0x1.999999999999ap-2), v36); // -0.4
        const double v38 = fma(v37, s7, a0_m1_m1);
        const double v40 = a0_m2_1 + a0_1;
        const double v41 = a0_m1_0 + a0_m1_2;
        const double v42 = v40 + v41;
        const double v43 = v42 * 0x1.999999999999ap-4; // 0.1
        const double v44 = fma(a0_m1_1, (-0x1.999999999999ap-2), v43); // -0.4
        const double v45 = fma(v44, s7, a0_m1_1);
        const double v46 = v13 + v31;
        const double v47 = v38 + v45;
        const double v48 = v46 + v47;
        const double v49 = v48 * 0x1.999999999999ap-4; // 0.1
        const double v50 = fma(v22, (-0x1.999999999999ap-2), v49); // -0.4
        const double v51 = fma(v50, s7, v22);
        const double v55 = a0_0 + a0_2_0;
        const double v56 = a0_1_m1 + a0_1_1;
        const double v57 = v55 + v56;
        const double v58 = v57 * 0x1.999999999999ap-4; // 0.1
        const double v59 = fma(a0_1_0, (-0x1.999999999999ap-2), v58); // -0.4
        const double v60 = fma(v59, s7, a0_1_0);
        const double v62 = a0_m1_m1 + a0_1_m1;
        const double v63 = a0_m2 + a0_0;
        const double v64 = v62 + v63;
        const double v65 = v64 * 0x1.999999999999ap-4; // 0.1
        const double v66 = fma(a0_m1, (-0x1.999999999999ap-2), v65); // -0.4
        const double v67 = fma(v66, s7, a0_m1);
        const double v69 = a0_m1_1 + a0_1_1;
        const double v70 = a0_0 + a0_2;
        const double v71 = v69 + v70;
        const double v72 = v71 * 0x1.999999999999ap-4; // 0.1
        const double v73 = fma(a0_1, (-0x1.999999999999ap-2), v72); // -0.4
        const double v74 = fma(v73, s7, a0_1);
        const double v75 = v22 + v60;
        const double v76 = v67 + v74;
        const double v77 = v75 + v76;
        const double v78 = v77 * 0x1.999999999999ap-4; // 0.1
        const double v79 = fma(v31, (-0x1.999999999999ap-2), v78); // -0.4
        const double v80 = fma(v79, s7, v31);
        const double v84 = a0_1_0 + a0_3_0;
        const double v85 = a0_2_m1 + a0_2_1;
        const double v86 = v84 + v85;
        const double v87 = v86 * 0x1.999999999999ap-4; // 0.1
        const double v88 = fma(a0_2_0, (-0x1.999999999999ap-2), v87); // -0.4
        const double v89 = fma(v88, s7, a0_2_0);
        const double v91 = a0_m1 + a0_2_m1;
        const double v92 = a0_1_m2 + a0_1_0;
        const double v93 = v91 + v92;
        const double v94 = v93 * 0x1.999999999999ap-4; // 0.1
        const double v95 = fma(a0_1_m1, (-0x1.999999999999ap-2), v94); // -0.4
        const double v96 = fma(v95, s7, a0_1_m1);
        const double v98 = a0_1 + a0_2_1;
        const double v99 = a0_1_0 + a0_1_2;
        const double v100 = v98 + v99;
        const double v101 = v100 * 0x1.999999999999ap-4; // 0.1
        const double v102 = fma(a0_1_1, (-0x1.999999999999ap-2), v101); // -0.4
        const double v103 = fma(v102, s7, a0_1_1);
        const double v104 = v31 + v89;
        const double v105 = v96 + v103;
        const double v106 = v104 + v105;
        const double v107 = v106 * 0x1.999999999999ap-4; // 0.1
        const double v108 = fma(v60, (-0x1.999999999999ap-2), v107); // -0.4
        const double v109 = fma(v108, s7, v60);
        const double v111 = a0_m1_m2 + a0_1_m2;
        const double v112 = a0_m3 + a0_m1;
        const double v113 = v111 + v112;
        const double v114 = v113 * 0x1.999999999999ap-4; // 0.1
        const double v115 = fma(a0_m2, (-0x1.999999999999ap-2), v114); // -0.4
        const double v116 = fma(v115, s7, a0_m2);
        const double v117 = v38 + v96;
        const double v118 = v116 + v31;
        const double v119 = v117 + v118;
        const double v120 = v119 * 0x1.999999999999ap-4; // 0.1
        const double v121 = fma(v67, (-0x1.999999999999ap-2), v120); // -0.4
        const double v122 = fma(v121, s7, v67);
        const double v124 = a0_m1_2 + a0_1_2;
        const double v125 = a0_1 + a0_3;
        const double v126 = v124 + v125;
        const double v127 = v126 * 0x1.999999999999ap-4; // 0.1
        const double v128 = fma(a0_2, (-0x1.999999999999ap-2), v127); // -0.4
        const double v129 = fma(v128, s7, a0_2);
        const double v130 = v45 + v103;
        const double v131 = v31 + v129;
        const double v132 = v130 + v131;
        const double v133 = v132 * 0x1.999999999999ap-4; // 0.1
        const double v134 = fma(v74, (-0x1.999999999999ap-2), v133); // -0.4
        const double v135 = fma(v134, s7, v74);
        const double v136 = v51 + v109;
        const double v137 = v122 + v135;
        const double v138 = v136 + v137;
        const double v139 = v138 * 0x1.999999999999ap-4; // 0.1
        const double v140 = fma(v80, (-0x1.999999999999ap-2), v139); // -0.4
        const double v141 = fma(v140, s7, v80);
        const double v144 = a0_m3_1 + a0_m1_1;
        const double v145 = a0_m2_0 + a0_m2_2;
        const double v146 = v144 + v145;
        const double v147 = v146 * 0x1.999999999999ap-4; // 0.1
        const double v148 = fma(a0_m2_1, (-0x1.999999999999ap-2), v147); // -0.4
        const double v149 = fma(v148, s7, a0_m2_1);
        const double v151 = a0_m2_2 + a0_2;
        const double v152 = a0_m1_1 + a0_m1_3;
        const double v153 = v151 + v152;
        const double v154 = v153 * 0x1.999999999999ap-4; // 0.1
        const double v155 = fma(a0_m1_2, (-0x1.999999999999ap-2), v154); // -0.4
        const double v156 = fma(v155, s7, a0_m1_2);
        const double v157 = v149 + v74;
        const double v158 = v22 + v156;
        const double v159 = v157 + v158;
        const double v160 = v159 * 0x1.999999999999ap-4; // 0.1
        const double v161 = fma(v45, (-0x1.999999999999ap-2), v160); // -0.4
        const double v162 = fma(v161, s7, v45);
        const double v165 = a0_1_1 + a0_3_1;
        const double v166 = a0_2_0 + a0_2_2;
        const double v167 = v165 + v166;
        const double v168 = v167 * 0x1.999999999999ap-4; // 0.1
        const double v169 = fma(a0_2_1, (-0x1.999999999999ap-2), v168); // -0.4
        const double v170 = fma(v169, s7, a0_2_1);
        const double v172 = a0_2 + a0_2_2;
        const double v173 = a0_1_1 + a0_1_3;
        const double v174 = v172 + v173;
        const double v175 = v174 * 0x1.999999999999ap-4; // 0.1
        const double v176 = fma(a0_1_2, (-0x1.999999999999ap-2), v175); // -0.4
        const double v177 = fma(v176, s7, a0_1_2);
        const double v178 = v74 + v170;
        const double v179 = v60 + v177;
        const double v180 = v178 + v179;
        const double v181 = v180 * 0x1.999999999999ap-4; // 0.1
        const double v182 = fma(v103, (-0x1.999999999999ap-2), v181); // -0.4
        const double v183 = fma(v182, s7, v103);
        const double v185 = a0_m1_3 + a0_1_3;
        const double v186 = a0_2 + a0_4;
        const double v187 = v185 + v186;
        const double v188 = v187 * 0x1.999999999999ap-4; // 0.1
        const double v189 = fma(a0_3, (-0x1.999999999999ap-2), v188); // -0.4
        const double v190 = fma(v189, s7, a0_3);
        const double v191 = v156 + v177;
        const double v192 = v74 + v190;
        const double v193 = v191 + v192;
        const double v194 = v193 * 0x1.999999999999ap-4; // 0.1
        const double v195 = fma(v129, (-0x1.999999999999ap-2), v194); // -0.4
        const double v196 = fma(v195, s7, v129);
        const double v197 = v162 + v183;
        const double v198 = v80 + v196;
        const double v199 = v197 + v198;
        const double v200 = v199 * 0x1.999999999999ap-4; // 0.1
        const double v201 = fma(v135, (-0x1.999999999999ap-2), v200); // -0.4
        const double v202 = fma(v201, s7, v135);
        if (whole) {
            *(wide *)(a1 + p) = wide{v141, v202};
        } else {
            if (k >= k0 && k < k0 + nk) { a1[p] = v141; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a1[p + 1] = v202; }
        }
        a0_m3_m3 = a0_m2_m3; a0_m3_m2 = a0_m2_m2; a0_m3_m1 = a0_m2_m1; a0_m3_0 = a0_m2_0; a0_m3_1 = a0_m2_1; a0_m3_2 = a0_m2_2; a0_m3_3 = a0_m2_3; a0_m3_4 = a0_m2_4;
        a0_m2_m3 = a0_m1_m3; a0_m2_m2 = a0_m1_m2; a0_m2_m1 = a0_m1_m1; a0_m2_0 = a0_m1_0; a0_m2_1 = a0_m1_1; a0_m2_2 = a0_m1_2; a0_m2_3 = a0_m1_3; a0_m2_4 = a0_m1_4;
        a0_m1_m3 = a0_m3; a0_m1_m2 = a0_m2; a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2; a0_m1_3 = a0_3; a0_m1_4 = a0_4;
        a0_m3 = a0_1_m3; a0_m2 = a0_1_m2; a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2; a0_3 = a0_1_3; a0_4 = a0_1_4;
        a0_1_m3 = a0_2_m3; a0_1_m2 = a0_2_m2; a0_1_m1 = a0_2_m1; a0_1_0 = a0_2_0; a0_1_1 = a0_2_1; a0_1_2 = a0_2_2; a0_1_3 = a0_2_3; a0_1_4 = a0_2_4;
        a0_2_m3 = a0_3_m3; a0_2_m2 = a0_3_m2; a0_2_m1 = a0_3_m1; a0_2_0 = a0_3_0; a0_2_1 = a0_3_1; a0_2_2 = a0_3_2; a0_2_3 = a0_3_3; a0_2_4 = a0_3_4;
    }
}

// step, 3 programs at once: cells
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
    for (; j < last; j++, p += 80) {
        const real a0_1_m2 = a0[p + 78];
        const real a0_2_m1 = a0[p + 159];
        const real a0_3_0 = a0[p + 240];
        const real a0_2_1 = a0[p + 161];
        const real a0_1_2 = a0[p + 82];
        const double a0_m3 = a0[p - 3];
        const double a0_3 = a0[p + 3];
        const double v5 = a0_m3_0 + a0_m1_0;
        const double v6 = a0_m2_m1 + a0_m2_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_m2_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = fma(v11, s7, a0_m2_0);
        const double v17 = a0_m2_0 + a0_0;
        const double v18 = a0_m1_m1 + a0_m1_1;
        const double v19 = v17 + v18;
        const double v20 = v19 * 0x1.999999999999ap-4; // 0.1
        const double v21 = fma(a0_m1_0, (-0x1.999999999999ap-2), v20); // -0.4
        const double v22 = fma(v21, s7, a0_m1_0);
        const double v26 = a0_m1_0 + a0_1_0;
        const double v27 = a0_m1 + a0_1;
        const double v28 = v26 + v27;
        const double v29 = v28 * 0x1.999999999999ap-4; // 0.1
        const double v30 = fma(a0_0, (-0x1.999999999999ap-2), v29); // -0.4
        const double v31 = fma(v30, s7, a0_0);
        const double v33 = a0_m2_m1 + a0_m1;
        const double v34 = a0_m1_m2 + a0_m1_0;
        const double v35 = v33 + v34;
        const double v36 = v35 * 0x1.999999999999ap-4; // 0.1
        const double v37 = fma(a0_m1_m1, (-0x1.999999999999ap-2), v36); // -0.4
        const double v38 = fma(v37, s7, a0_m1_m1);
        const double v40 = a0_m2_1 + a0_1;
        const double v41 = a0_m1_0 + a0_m1_2;
        const double v42 = v40 + v41;
        const double v43 = v42 * 0x1.999999999999ap-4; // 0.1
        const double v44 = fma(a0_m1_1, (-0x1.999999999999ap-2), v43); // -0.4
        const double v45 = fma(v44, s7, a0_m1_1);
        const double v46 = v13 + v31;
        const double v47 = v38 + v45;
        const double v48 = v46 + v47;
        const double v49 = v48 * 0x1.999999999999ap-4; // 0.1
        const double v50 = fma(v22, (-0x1.999999999999ap-2), v49); // -0.4
        const double v51 = fma(v50, s7, v22);
        const double v55 = a0_0 + a0_2_0;
        const double v56 = a0_1_m1 + a0_1_1;
        const double v57 = v55 + v56;
        const double v58 = v57 * 0x1.999999999999ap-4; // 0.1
        const double v59 = fma(a0_1_0, (-0x1.999999999999ap-2), v58); // -0.4
        const double v60 = fma(v59, s7, a0_1_0);
        const double v62 = a0_m1_m1 + a0_1_m1;
        const double v63 = a0_m2 + a0_0;
        const double v64 = v62 + v63;
        const double v65 = v64 * 0x1.999999999999ap-4; // 0.1
        const double v66 = fma(a0_m1, (-0x1.999999999999ap-2), v65); // -0.4
        const double v67 = fma(v66, s7, a0_m1);
        const double v69 = a0_m1_1 + a0_1_1;
        const double v70 = a0_0 + a0_2;
        const double v71 = v69 + v70;
        const double v72 = v71 * 0x1.999999999999ap-4; // 0.1
        const double v73 = fma(a0_1, (-0x1.999999999999ap-2), v72); // -0.4
        const double v74 = fma(v73, s7, a0_1);
        const double v75 = v22 + v60;
        const double v76 = v67 + v74;
        const double v77 = v75 + v76;
        const double v78 = v77 * 0x1.999999999999ap-4; // 0.1
        const double v79 = fma(v31, (-0x1.999999999999ap-2), v78); // -0.4
        const double v80 = fma(v79, s7, v31);
        const double v84 = a0_1_0 + a0_3_0;
        const double v85 = a0_2_m1 + a0_2_1;
        const double v86 = v84 + v85;
        const double v87 = v86 * 0x1.999999999999ap-4; // 0.1
        const double v88 = fma(a0_2_0, (-0x1.999999999999ap-2), v87); // -0.4
        const double v89 = fma(v88, s7, a0_2_0);
        const double v91 = a0_m1 + a0_2_m1;
        const double v92 = a0_1_m2 + a0_1_0;
        const double v93 = v91 + v92;
        const double v94 = v93 * 0x1.999999999999ap-4; // 0.1
        const double v95 = fma(a0_1_m1, (-0x1.999999999999ap-2), v94); // -0.4
        const double v96 = fma(v95, s7, a0_1_m1);
        const double v98 = a0_1 + a0_2_1;
        const double v99 = a0_1_0 + a0_1_2;
        const double v100 = v98 + v99;
        const double v101 = v100 * 0x1.999999999999ap-4; // 0.1
        const double v102 = fma(a0_1_1, (-0x1.999999999999ap-2), v101); // -0.4
        const double v103 = fma(v102, s7, a0_1_1);
        const double v104 = v31 + v89;
        const double v105 = v96 + v103;
        const double v106 = v104 + v105;
        const double v107 = v106 * 0x1.999999999999ap-4; // 0.1
        const double v108 = fma(v60, (-0x1.999999999999ap-2), v107); // -0.4
        const double v109 = fma(v108, s7, v60);
        const double v111 = a0_m1_m2 + a0_1_m2;
        const double v112 = a0_m3 + a0_m1;
        const double v113 = v111 + v112;
        const double v114 = v113 * 0x1.999999999999ap-4; // 0.1
        const double v115 = fma(a0_m2, (-0x1.999999999999ap-2), v114); // -0.4
        const double v116 = fma(v115, s7, a0_m2);
        const double v117 = v38 + v96;
        const double v118 = v116 + v31;
        const double v119 = v117 + v118;
        const double v120 = v119 * 0x1.999999999999ap-4; // 0.1
        const double v121 = fma(v67, (-0x1.999999999999ap-2), v120); // -0.4
        const double v122 = fma(v121, s7, v67);
        const double v124 = a0_m1_2 + a0_1_2;
        const double v125 = a0_1 + a0_3;
        const double v126 = v124 + v125;
        const double v127 = v126 * 0x1.999999999999ap-4; // 0.1
        const double v128 = fma(a0_2, (-0x1.999999999999ap-2), v127); // -0.4
        const double v129 = fma(v128, s7, a0_2);
        const double v130 = v45 + v103;
        const double v131 = v31 + v129;
        const double v132 = v130 + v131;
        const double v133 = v132 * 0x1.999999999999ap-4; // 0.1
        const double v134 = fma(v74, (-0x1.999999999999ap-2), v133); // -0.4
        const double v135 = fma(v134, s7, v74);
        const double v136 = v51 + v109;
        const double v137 = v122 + v135;
        const double v138 = v136 + v137;
        const double v139 = v138 * 0x1.999999999999ap-4; // 0.1
        const double v140 = fma(v80, (-0x1.999999999999ap-2), v139); // -0.4
        const double v141 = fma(v140, s7, v80);
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
scalars_7(
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
wide_8(
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
    for (; j < last; j++, p += 80) {
        const wide w0_2_m2 = *(const wide *)(a0 + p + 158);
        const real a0_2_m2 = w0_2_m2.x, a0_2_m1 = w0_2_m2.y;
        const wide w0_2_0 = *(const wide *)(a0 + p + 160);
        const real a0_2_0 = w0_2_0.x, a0_2_1 = w0_2_0.y;
        const wide w0_2_2 = *(const wide *)(a0 + p + 162);
        const real a0_2_2 = w0_2_2.x, a0_2_3 = w0_2_2.y;
        const double v5 = a0_m2_0 + a0_0;
        const double v6 = a0_m1_m1 + a0_m1_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_m1_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = fma(v11, s8, a0_m1_0);
        const double v17 = a0_m1_0 + a0_1_0;
        const double v18 = a0_m1 + a0_1;
        const double v19 = v17 + v18;
        const double v20 = v19 * 0x1.999999999999ap-4; // 0.1
        const double v21 = fma(a0_0, (-0x1.999999999999ap-2), v20); // -0.4
        const double v22 = fma(v21, s8, a0_0);
        const double v26 = a0_0 + a0_2_0;
        const double v27 = a0_1_m1 + a0_1_1;
        const double v28 = v26 + v27;
        const double v29 = v28 * 0x1.999999999999ap-4; // 0.1
        const double v30 = fma(a0_1_0, (-0x1.999999999999ap-2), v29); // -0.4
        const double v31 = fma(v30, s8, a0_1_0);
        const double v33 = a0_m1_m1 + a0_1_m1;
        const double v34 = a0_m2 + a0_0;
        const double v35 = v33 + v34;
        const double v36 = v35 * 0x1.999999999999ap-4; // 0.1
        const double v37 = fma(a0_m1, (-0x1.999999999999ap-2), v36); // -0.4
        const double v38 = fma(v37, s8, a0_m1);
        const double v40 = a0_m1_1 + a0_1_1;
        const double v41 = a0_0 + a0_2;
        const double v42 = v40 + v41;
        const double v43 = v42 * 0x1.999999999999ap-4; // 0.1
        const double v44 = fma(a0_1, (-0x1.999999999999ap-2), v43); // -0.4
        const double v45 = fma(v44, s8, a0_1);
        const double v46 = v13 + v31;
        const double v47 = v38 + v45;
        const double v48 = v46 + v47;
        const double v49 = v48 * 0x1.999999999999ap-4; // 0.1
        const double v50 = fma(v22, (-0x1.999999999999ap-2), v49); // -0.4
        const double v51 = fma(v50, s8, v22);
        const double v54 = a0_m2_1 + a0_1;
        const double v55 = a0_m1_0 + a0_m1_2;
        const double v56 = v54 + v55;
        const double v57 = v56 * 0x1.999999999999ap-4; // 0.1
        const double v58 = fma(a0_m1_1, (-0x1.999999999999ap-2), v57); // -0.4
        const double v59 = fma(v58, s8, a0_m1_1);
        const double v62 = a0_1 + a0_2_1;
        const double v63 = a0_1_0 + a0_1_2;
        const double v64 = v62 + v63;
        const double v65 = v64 * 0x1.999999999999ap-4; // 0.1
        const double v66 = fma(a0_1_1, (-0x1.999999999999ap-2), v65); // -0.4
        const double v67 = fma(v66, s8, a0_1_1);
        const double v69 = a0_m1_2 + a0_1_2;
        const double v70 = a0_1 + a0_3;
        const double v71 = v69 + v70;
        const double v72 = v71 * 0x1.999999999999ap-4; // 0.1
        const double v73 = fma(a0_2, (-0x1.999999999999ap-2), v72); // -0.4
        const double v74 = fma(v73, s8, a0_2);
        const double v75 = v59 + v67;
        const double v76 = v22 + v74;
        const double v77 = v75 + v76;
        const double v78 = v77 * 0x1.999999999999ap-4; // 0.1
        const double v79 = fma(v45, (-0x1.999999999999ap-2), v78); // -0.4
        const double v80 = fma(v79, s8, v45);
        if (whole) {
            *(wide *)(a1 + p) = wide{v51, v80};
        } else {
            if (k >= k0 && k < k0 + nk) { a1[p] = v51; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a1[p + 1] = v80; }
        }
        a0_m2_m2 = a0_m1_m2; a0_m2_m1 = a0_m1_m1; a0_m2_0 = a0_m1_0; a0_m2_1 = a0_m1_1; a0_m2_2 = a0_m1_2; a0_m2_3 = a0_m1_3;
        a0_m1_m2 = a0_m2; a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2; a0_m1_3 = a0_3;
        a0_m2 = a0_1_m2; a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2; a0_3 = a0_1_3;
        a0_1_m2 = a0_2_m2; a0_1_m1 = a0_2_m1; a0_1_0 = a0_2_0; a0_1_1 = a0_2_1; a0_1_2 = a0_2_2; a0_1_3 = a0_2_3;
    }
}

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_9(
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
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const real a0_2_0 = a0[p + 160];
        const real a0_1_1 = a0[p + 81];
        const double a0_m2 = a0[p - 2];
        const double a0_2 = a0[p + 2];
        const double v5 = a0_m2_0 + a0_0;
        const double v6 = a0_m1_m1 + a0_m1_1;
        const double v7 = v5 + v6;
        const double v9 = v7 * 0x1.999999999999ap-4; // 0.1
        const double v11 = fma(a0_m1_0, (-0x1.999999999999ap-2), v9); // -0.4
        const double v13 = fma(v11, s8, a0_m1_0);
        const double v17 = a0_m1_0 + a0_1_0;
        const double v18 = a0_m1 + a0_1;
        const double v19 = v17 + v18;
        const double v20 = v19 * 0x1.999999999999ap-4; // 0.1
        const double v21 = fma(a0_0, (-0x1.999999999999ap-2), v20); // -0.4
        const double v22 = fma(v21, s8, a0_0);
        const double v26 = a0_0 + a0_2_0;
        const double v27 = a0_1_m1 + a0_1_1;
        const double v28 = v26 + v27;
        const double v29 = v28 * 0x1.999999999999ap-4; // 0.1
        const double v30 = fma(a0_1_0, (-0x1.999999999999ap-2), v29); // -0.4
        const double v31 = fma(v30, s8, a0_1_0);
        const double v33 = a0_m1_m1 + a0_1_m1;
        const double v34 = a0_m2 + a0_0;
        const double v35 = v33 + v34;
        const double v36 = v35 * 0x1.999999999999ap-4; // 0.1
        const double v37 = fma(a0_m1, (-0x1.999999999999ap-2), v36); // -0.4
        const double v38 = fma(v37, s8, a0_m1);
        const double v40 = a0_m1_1 + a0_1_1;
        const double v41 = a0_0 + a0_2;
        const double v42 = v40 + v41;
        const double v43 = v42 * 0x1.999999999999ap-4; // 0.1
        const double v44 = fma(a0_1, (-0x1.999999999999ap-2), v43); // -0.4
        const double v45 = fma(v44, s8, a0_1);
        const double v46 = v13 + v31;
        const double v47 = v38 + v45;
        const double v48 = v46 + v47;
        const double v49 = v48 * 0x1.999999999999ap-4; // 0.1
        const double v50 = fma(v22, (-0x1.999999999999ap-2), v49); // -0.4
        const double v51 = fma(v50, s8, v22);
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
