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
    const double v10 = s1 * 0x1.00000008p+29; // 536870913.0
    const double v11 = v10 - s1;
    const double v12 = v10 - v11;
    const double v13 = s1 - v12;
    const double v14 = s2 + 1.0;
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = s1; // 1 step
    scalars[7] = v12; // 1 step, in single precision
    scalars[8] = v13; // 1 step, the rest
    scalars[2] = v14; // count
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

// u + dt f: 4 cells a thread
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
    const int k = (k0 & -4) + 4 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 4 <= k0 + nk;
    const float s8 = (float)scalars[8]; // 1 step, the rest
    const float s7 = (float)scalars[7]; // 1 step, in single precision
    if (first >= last) return;
    int j = first;
    place p = (place)i * 1360 + (place)j * 80 + k;
    real a0_m1_m1 = a0[p - 81];
    const wide w0_m1_0 = *(const wide *)(a0 + p - 80);
    real a0_m1_0 = w0_m1_0.x, a0_m1_1 = w0_m1_0.y, a0_m1_2 = w0_m1_0.z, a0_m1_3 = w0_m1_0.w;
    real a0_m1_4 = a0[p - 76];
    real a0_m1 = a0[p - 1];
    const wide w0_0 = *(const wide *)(a0 + p);
    real a0_0 = w0_0.x, a0_1 = w0_0.y, a0_2 = w0_0.z, a0_3 = w0_0.w;
    real a0_4 = a0[p + 4];
    real a1_m1_m1 = a1[p - 81];
    const wide w1_m1_0 = *(const wide *)(a1 + p - 80);
    real a1_m1_0 = w1_m1_0.x, a1_m1_1 = w1_m1_0.y, a1_m1_2 = w1_m1_0.z, a1_m1_3 = w1_m1_0.w;
    real a1_m1_4 = a1[p - 76];
    real a1_m1 = a1[p - 1];
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y, a1_2 = w1_0.z, a1_3 = w1_0.w;
    real a1_4 = a1[p + 4];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const wide w0_1_0 = *(const wide *)(a0 + p + 80);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y, a0_1_2 = w0_1_0.z, a0_1_3 = w0_1_0.w;
        const real a0_1_4 = a0[p + 84];
        const real a1_1_m1 = a1[p + 79];
        const wide w1_1_0 = *(const wide *)(a1 + p + 80);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y, a1_1_2 = w1_1_0.z, a1_1_3 = w1_1_0.w;
        const real a1_1_4 = a1[p + 84];
        const wide w2_0 = *(const wide *)(a2 + p);
        const real a2_0 = w2_0.x, a2_1 = w2_0.y, a2_2 = w2_0.z, a2_3 = w2_0.w;
        const wide w4_0 = *(const wide *)(a4 + p);
        const real a4_0 = w4_0.x, a4_1 = w4_0.y, a4_2 = w4_0.z, a4_3 = w4_0.w;
        const float v6 = a1_0 * a1_0;
        const float v7 = a0_0 * v6;
        const float v8 = a0_m1_0 - a0_0;
        const float v9 = a0_1_0 - a0_0;
        const float v10 = a0_m1 - a0_0;
        const float v11 = a0_1 - a0_0;
        const float v12 = v8 + v9;
        const float v13 = v10 + v11;
        const float v14 = v12 + v13;
        const float v17 = fmaf(v14, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v18 = v17 - v7;
        const float v20 = fmaf(a0_0, (-0x1.1eb852p-5f), v18); // -0.034999999999999976
        const float v25 = a1_m1_0 - a1_0;
        const float v26 = a1_1_0 - a1_0;
        const float v27 = a1_m1 - a1_0;
        const float v28 = a1_1 - a1_0;
        const float v29 = v25 + v26;
        const float v30 = v27 + v28;
        const float v31 = v29 + v30;
        const float v33 = fmaf(v31, 0x1.47ae14p-4f, v7); // 0.08
        const float v35 = fmaf(a1_0, (-0x1.99999ap-4f), v33); // -0.09999999999999999
        const float v38 = fmaf(v20, s8, a2_0);
        const float v40 = fmaf(v20, s7, v38);
        const float v41 = a0_0 + v40;
        const float v42 = v41 - a0_0;
        const float v43 = v41 - v42;
        const float v44 = a0_0 - v43;
        const float v45 = v40 - v42;
        const float v46 = v44 + v45;
        const float v48 = fmaf(v35, s8, a4_0);
        const float v49 = fmaf(v35, s7, v48);
        const float v50 = a1_0 + v49;
        const float v51 = v50 - a1_0;
        const float v52 = v50 - v51;
        const float v53 = a1_0 - v52;
        const float v54 = v49 - v51;
        const float v55 = v53 + v54;
        const float v59 = a1_1 * a1_1;
        const float v60 = a0_1 * v59;
        const float v61 = a0_m1_1 - a0_1;
        const float v62 = a0_1_1 - a0_1;
        const float v63 = a0_0 - a0_1;
        const float v64 = a0_2 - a0_1;
        const float v65 = v61 + v62;
        const float v66 = v63 + v64;
        const float v67 = v65 + v66;
        const float v68 = fmaf(v67, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v69 = v68 - v60;
        const float v70 = fmaf(a0_1, (-0x1.1eb852p-5f), v69); // -0.034999999999999976
        const float v74 = a1_m1_1 - a1_1;
        const float v75 = a1_1_1 - a1_1;
        const float v76 = a1_0 - a1_1;
        const float v77 = a1_2 - a1_1;
        const float v78 = v74 + v75;
        const float v79 = v76 + v77;
        const float v80 = v78 + v79;
        const float v81 = fmaf(v80, 0x1.47ae14p-4f, v60); // 0.08
        const float v82 = fmaf(a1_1, (-0x1.99999ap-4f), v81); // -0.09999999999999999
        const float v84 = fmaf(v70, s8, a2_1);
        const float v85 = fmaf(v70, s7, v84);
        const float v86 = a0_1 + v85;
        const float v87 = v86 - a0_1;
        const float v88 = v86 - v87;
        const float v89 = a0_1 - v88;
        const float v90 = v85 - v87;
        const float v91 = v89 + v90;
        const float v93 = fmaf(v82, s8, a4_1);
        const float v94 = fmaf(v82, s7, v93);
        const float v95 = a1_1 + v94;
        const float v96 = v95 - a1_1;
        const float v97 = v95 - v96;
        const float v98 = a1_1 - v97;
        const float v99 = v94 - v96;
        const float v100 = v98 + v99;
        const float v104 = a1_2 * a1_2;
        const float v105 = a0_2 * v104;
        const float v106 = a0_m1_2 - a0_2;
        const float v107 = a0_1_2 - a0_2;
        const float v108 = a0_1 - a0_2;
        const float v109 = a0_3 - a0_2;
        const float v110 = v106 + v107;
        const float v111 = v108 + v109;
        const float v112 = v110 + v111;
        const float v113 = fmaf(v112, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v114 = v113 - v105;
        const float v115 = fmaf(a0_2, (-0x1.1eb852p-5f), v114); // -0.034999999999999976
        const float v119 = a1_m1_2 - a1_2;
        const float v120 = a1_1_2 - a1_2;
        const float v121 = a1_1 - a1_2;
        const float v122 = a1_3 - a1_2;
        const float v123 = v119 + v120;
        const float v124 = v121 + v122;
        const float v125 = v123 + v124;
        const float v126 = fmaf(v125, 0x1.47ae14p-4f, v105); // 0.08
        const float v127 = fmaf(a1_2, (-0x1.99999ap-4f), v126); // -0.09999999999999999
        const float v129 = fmaf(v115, s8, a2_2);
        const float v130 = fmaf(v115, s7, v129);
        const float v131 = a0_2 + v130;
        const float v132 = v131 - a0_2;
        const float v133 = v131 - v132;
        const float v134 = a0_2 - v133;
        const float v135 = v130 - v132;
        const float v136 = v134 + v135;
        const float v138 = fmaf(v127, s8, a4_2);
        const float v139 = fmaf(v127, s7, v138);
        const float v140 = a1_2 + v139;
        const float v141 = v140 - a1_2;
        const float v142 = v140 - v141;
        const float v143 = a1_2 - v142;
        const float v144 = v139 - v141;
        const float v145 = v143 + v144;
        const float v149 = a1_3 * a1_3;
        const float v150 = a0_3 * v149;
        const float v151 = a0_m1_3 - a0_3;
        const float v152 = a0_1_3 - a0_3;
        const float v153 = a0_2 - a0_3;
        const float v154 = a0_4 - a0_3;
        const float v155 = v151 + v152;
        const float v156 = v153 + v154;
        const float v157 = v155 + v156;
        const float v158 = fmaf(v157, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v159 = v158 - v150;
        const float v160 = fmaf(a0_3, (-0x1.1eb852p-5f), v159); // -0.034999999999999976
        const float v164 = a1_m1_3 - a1_3;
        const float v165 = a1_1_3 - a1_3;
        const float v166 = a1_2 - a1_3;
        const float v167 = a1_4 - a1_3;
        const float v168 = v164 + v165;
        const float v169 = v166 + v167;
        const float v170 = v168 + v169;
        const float v171 = fmaf(v170, 0x1.47ae14p-4f, v150); // 0.08
        const float v172 = fmaf(a1_3, (-0x1.99999ap-4f), v171); // -0.09999999999999999
        const float v174 = fmaf(v160, s8, a2_3);
        const float v175 = fmaf(v160, s7, v174);
        const float v176 = a0_3 + v175;
        const float v177 = v176 - a0_3;
        const float v178 = v176 - v177;
        const float v179 = a0_3 - v178;
        const float v180 = v175 - v177;
        const float v181 = v179 + v180;
        const float v183 = fmaf(v172, s8, a4_3);
        const float v184 = fmaf(v172, s7, v183);
        const float v185 = a1_3 + v184;
        const float v186 = v185 - a1_3;
        const float v187 = v185 - v186;
        const float v188 = a1_3 - v187;
        const float v189 = v184 - v186;
        const float v190 = v188 + v189;
        if (whole) {
            *(wide *)(a3 + p) = wide{v41, v86, v131, v176};
            *(wide *)(a2 + p) = wide{v46, v91, v136, v181};
            *(wide *)(a5 + p) = wide{v50, v95, v140, v185};
            *(wide *)(a4 + p) = wide{v55, v100, v145, v190};
        } else {
            if (k >= k0 && k < k0 + nk) { a3[p] = v41; a2[p] = v46; a5[p] = v50; a4[p] = v55; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a3[p + 1] = v86; a2[p + 1] = v91; a5[p + 1] = v95; a4[p + 1] = v100; }
            if (k + 2 >= k0 && k + 2 < k0 + nk) { a3[p + 2] = v131; a2[p + 2] = v136; a5[p + 2] = v140; a4[p + 2] = v145; }
            if (k + 3 >= k0 && k + 3 < k0 + nk) { a3[p + 3] = v176; a2[p + 3] = v181; a5[p + 3] = v185; a4[p + 3] = v190; }
        }
        a0_m1_m1 = a0_m1; a0_m1_0 = a0_0; a0_m1_1 = a0_1; a0_m1_2 = a0_2; a0_m1_3 = a0_3; a0_m1_4 = a0_4;
        a0_m1 = a0_1_m1; a0_0 = a0_1_0; a0_1 = a0_1_1; a0_2 = a0_1_2; a0_3 = a0_1_3; a0_4 = a0_1_4;
        a1_m1_m1 = a1_m1; a1_m1_0 = a1_0; a1_m1_1 = a1_1; a1_m1_2 = a1_2; a1_m1_3 = a1_3; a1_m1_4 = a1_4;
        a1_m1 = a1_1_m1; a1_0 = a1_1_0; a1_1 = a1_1_1; a1_2 = a1_1_2; a1_3 = a1_1_3; a1_4 = a1_1_4;
    }
}

// u + dt f: cells
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
    const float s8 = (float)scalars[8]; // 1 step, the rest
    const float s7 = (float)scalars[7]; // 1 step, in single precision
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
        const float a0_m1 = a0[p - 1];
        const float a0_1 = a0[p + 1];
        const float a1_m1 = a1[p - 1];
        const float a1_1 = a1[p + 1];
        const float a2_0 = a2[p];
        const float a4_0 = a4[p];
        const float v6 = a1_0 * a1_0;
        const float v7 = a0_0 * v6;
        const float v8 = a0_m1_0 - a0_0;
        const float v9 = a0_1_0 - a0_0;
        const float v10 = a0_m1 - a0_0;
        const float v11 = a0_1 - a0_0;
        const float v12 = v8 + v9;
        const float v13 = v10 + v11;
        const float v14 = v12 + v13;
        const float v17 = fmaf(v14, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v18 = v17 - v7;
        const float v20 = fmaf(a0_0, (-0x1.1eb852p-5f), v18); // -0.034999999999999976
        const float v25 = a1_m1_0 - a1_0;
        const float v26 = a1_1_0 - a1_0;
        const float v27 = a1_m1 - a1_0;
        const float v28 = a1_1 - a1_0;
        const float v29 = v25 + v26;
        const float v30 = v27 + v28;
        const float v31 = v29 + v30;
        const float v33 = fmaf(v31, 0x1.47ae14p-4f, v7); // 0.08
        const float v35 = fmaf(a1_0, (-0x1.99999ap-4f), v33); // -0.09999999999999999
        const float v38 = fmaf(v20, s8, a2_0);
        const float v40 = fmaf(v20, s7, v38);
        const float v41 = a0_0 + v40;
        const float v42 = v41 - a0_0;
        const float v43 = v41 - v42;
        const float v44 = a0_0 - v43;
        const float v45 = v40 - v42;
        const float v46 = v44 + v45;
        const float v48 = fmaf(v35, s8, a4_0);
        const float v49 = fmaf(v35, s7, v48);
        const float v50 = a1_0 + v49;
        const float v51 = v50 - a1_0;
        const float v52 = v50 - v51;
        const float v53 = a1_0 - v52;
        const float v54 = v49 - v51;
        const float v55 = v53 + v54;
        a3[p] = v41;
        a2[p] = v46;
        a5[p] = v50;
        a4[p] = v55;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}

// step with 2 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_4(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double s3 = scalars[3]; // time origin
    const double s4 = scalars[4]; // count origin
    const double s2 = scalars[2]; // count
    const double v6 = s2 - s4;
    const double v7 = 1.0 + v6;
    const double v8 = fma(s1, v7, s3);
    const double v10 = s1 * 0x1.00000008p+29; // 536870913.0
    const double v11 = v10 - s1;
    const double v12 = v10 - v11;
    const double v13 = s1 - v12;
    const double v14 = s2 + 1.0;
    const double v15 = v14 - s4;
    const double v16 = 1.0 + v15;
    const double v17 = fma(s1, v16, s3);
    const double v18 = v14 + 1.0;
    scalars[9] = v13; // 1 step, the rest meanwhile
    scalars[10] = v12; // 1 step, in single precision meanwhile
    scalars[0] = v17; // time
    scalars[2] = v18; // count
    scalars[5] = v8; // time at 0 of the step
    scalars[6] = s1; // 1 step
    scalars[7] = v12; // 1 step, in single precision
    scalars[8] = v13; // 1 step, the rest
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
ghosts_5(
    real *a0,
    real *a1,
    real *a2,
    real *a3)
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
    a2[p] = a2[q];
    a3[p] = a3[q];
}

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_6(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    real *a4,
    real *a5,
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
    const float s9 = (float)scalars[9]; // 1 step, the rest meanwhile
    const float s10 = (float)scalars[10]; // 1 step, in single precision meanwhile
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
    real a2_m1_0 = a2[p - 80];
    real a2_0 = a2[p];
    real a3_m1_0 = a3[p - 80];
    real a3_0 = a3[p];
    for (; j < last; j++, p += 80) {
        const real a0_1_m1 = a0[p + 79];
        const real a0_2_0 = a0[p + 160];
        const real a0_1_1 = a0[p + 81];
        const real a1_1_m1 = a1[p + 79];
        const real a1_2_0 = a1[p + 160];
        const real a1_1_1 = a1[p + 81];
        const real a2_1_0 = a2[p + 80];
        const real a3_1_0 = a3[p + 80];
        const float a0_m2 = a0[p - 2];
        const float a2_m1 = a2[p - 1];
        const float a0_2 = a0[p + 2];
        const float a2_1 = a2[p + 1];
        const float a1_m2 = a1[p - 2];
        const float a3_m1 = a3[p - 1];
        const float a1_2 = a1[p + 2];
        const float a3_1 = a3[p + 1];
        const float v6 = a1_m1_0 * a1_m1_0;
        const float v7 = a0_m1_0 * v6;
        const float v8 = a0_m2_0 - a0_m1_0;
        const float v9 = a0_0 - a0_m1_0;
        const float v10 = a0_m1_m1 - a0_m1_0;
        const float v11 = a0_m1_1 - a0_m1_0;
        const float v12 = v8 + v9;
        const float v13 = v10 + v11;
        const float v14 = v12 + v13;
        const float v17 = fmaf(v14, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v18 = v17 - v7;
        const float v20 = fmaf(a0_m1_0, (-0x1.1eb852p-5f), v18); // -0.034999999999999976
        const float v23 = fmaf(v20, s9, a2_m1_0);
        const float v25 = fmaf(v20, s10, v23);
        const float v26 = a0_m1_0 + v25;
        const float v31 = a1_0 * a1_0;
        const float v32 = a0_0 * v31;
        const float v33 = a0_m1_0 - a0_0;
        const float v34 = a0_1_0 - a0_0;
        const float v35 = a0_m1 - a0_0;
        const float v36 = a0_1 - a0_0;
        const float v37 = v33 + v34;
        const float v38 = v35 + v36;
        const float v39 = v37 + v38;
        const float v40 = fmaf(v39, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v41 = v40 - v32;
        const float v42 = fmaf(a0_0, (-0x1.1eb852p-5f), v41); // -0.034999999999999976
        const float v44 = fmaf(v42, s9, a2_0);
        const float v45 = fmaf(v42, s10, v44);
        const float v46 = a0_0 + v45;
        const float v51 = a1_1_0 * a1_1_0;
        const float v52 = a0_1_0 * v51;
        const float v53 = a0_0 - a0_1_0;
        const float v54 = a0_2_0 - a0_1_0;
        const float v55 = a0_1_m1 - a0_1_0;
        const float v56 = a0_1_1 - a0_1_0;
        const float v57 = v53 + v54;
        const float v58 = v55 + v56;
        const float v59 = v57 + v58;
        const float v60 = fmaf(v59, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v61 = v60 - v52;
        const float v62 = fmaf(a0_1_0, (-0x1.1eb852p-5f), v61); // -0.034999999999999976
        const float v64 = fmaf(v62, s9, a2_1_0);
        const float v65 = fmaf(v62, s10, v64);
        const float v66 = a0_1_0 + v65;
        const float v69 = a1_m1 * a1_m1;
        const float v70 = a0_m1 * v69;
        const float v71 = a0_m1_m1 - a0_m1;
        const float v72 = a0_1_m1 - a0_m1;
        const float v73 = a0_m2 - a0_m1;
        const float v74 = a0_0 - a0_m1;
        const float v75 = v71 + v72;
        const float v76 = v73 + v74;
        const float v77 = v75 + v76;
        const float v78 = fmaf(v77, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v79 = v78 - v70;
        const float v80 = fmaf(a0_m1, (-0x1.1eb852p-5f), v79); // -0.034999999999999976
        const float v82 = fmaf(v80, s9, a2_m1);
        const float v83 = fmaf(v80, s10, v82);
        const float v84 = a0_m1 + v83;
        const float v87 = a1_1 * a1_1;
        const float v88 = a0_1 * v87;
        const float v89 = a0_m1_1 - a0_1;
        const float v90 = a0_1_1 - a0_1;
        const float v91 = a0_0 - a0_1;
        const float v92 = a0_2 - a0_1;
        const float v93 = v89 + v90;
        const float v94 = v91 + v92;
        const float v95 = v93 + v94;
        const float v96 = fmaf(v95, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v97 = v96 - v88;
        const float v98 = fmaf(a0_1, (-0x1.1eb852p-5f), v97); // -0.034999999999999976
        const float v100 = fmaf(v98, s9, a2_1);
        const float v101 = fmaf(v98, s10, v100);
        const float v102 = a0_1 + v101;
        const float v103 = a1_m1_0 - a1_0;
        const float v104 = a1_1_0 - a1_0;
        const float v105 = a1_m1 - a1_0;
        const float v106 = a1_1 - a1_0;
        const float v107 = v103 + v104;
        const float v108 = v105 + v106;
        const float v109 = v107 + v108;
        const float v111 = fmaf(v109, 0x1.47ae14p-4f, v32); // 0.08
        const float v113 = fmaf(a1_0, (-0x1.99999ap-4f), v111); // -0.09999999999999999
        const float v115 = fmaf(v113, s9, a3_0);
        const float v116 = fmaf(v113, s10, v115);
        const float v117 = a1_0 + v116;
        const float v118 = v117 * v117;
        const float v119 = v46 * v118;
        const float v120 = v26 - v46;
        const float v121 = v66 - v46;
        const float v122 = v84 - v46;
        const float v123 = v102 - v46;
        const float v124 = v120 + v121;
        const float v125 = v122 + v123;
        const float v126 = v124 + v125;
        const float v127 = fmaf(v126, 0x1.47ae14p-3f, 0x1.1eb852p-5f); // 0.16, 0.035
        const float v128 = v127 - v119;
        const float v129 = fmaf(v46, (-0x1.1eb852p-5f), v128); // -0.034999999999999976
        const float v130 = v46 - a0_0;
        const float v131 = v46 - v130;
        const float v132 = a0_0 - v131;
        const float v133 = v45 - v130;
        const float v134 = v132 + v133;
        const float v135 = fmaf(v129, s9, v134);
        const float v136 = fmaf(v129, s10, v135);
        const float v137 = v46 + v136;
        const float v138 = v137 - v46;
        const float v139 = v137 - v138;
        const float v140 = v46 - v139;
        const float v141 = v136 - v138;
        const float v142 = v140 + v141;
        const float v146 = a1_m2_0 - a1_m1_0;
        const float v147 = a1_0 - a1_m1_0;
        const float v148 = a1_m1_m1 - a1_m1_0;
        const float v149 = a1_m1_1 - a1_m1_0;
        const float v150 = v146 + v147;
        const float v151 = v148 + v149;
        const float v152 = v150 + v151;
        const float v153 = fmaf(v152, 0x1.47ae14p-4f, v7); // 0.08
        const float v154 = fmaf(a1_m1_0, (-0x1.99999ap-4f), v153); // -0.09999999999999999
        const float v156 = fmaf(v154, s9, a3_m1_0);
        const float v157 = fmaf(v154, s10, v156);
        const float v158 = a1_m1_0 + v157;
        const float v162 = a1_0 - a1_1_0;
        const float v163 = a1_2_0 - a1_1_0;
        const float v164 = a1_1_m1 - a1_1_0;
        const float v165 = a1_1_1 - a1_1_0;
        const float v166 = v162 + v163;
        const float v167 = v164 + v165;
        const float v168 = v166 + v167;
        const float v169 = fmaf(v168, 0x1.47ae14p-4f, v52); // 0.08
        const float v170 = fmaf(a1_1_0, (-0x1.99999ap-4f), v169); // -0.09999999999999999
        const float v172 = fmaf(v170, s9, a3_1_0);
        const float v173 = fmaf(v170, s10, v172);
        const float v174 = a1_1_0 + v173;
        const float v176 = a1_m1_m1 - a1_m1;
        const float v177 = a1_1_m1 - a1_m1;
        const float v178 = a1_m2 - a1_m1;
        const float v179 = a1_0 - a1_m1;
        const float v180 = v176 + v177;
        const float v181 = v178 + v179;
        const float v182 = v180 + v181;
        const float v183 = fmaf(v182, 0x1.47ae14p-4f, v70); // 0.08
        const float v184 = fmaf(a1_m1, (-0x1.99999ap-4f), v183); // -0.09999999999999999
        const float v186 = fmaf(v184, s9, a3_m1);
        const float v187 = fmaf(v184, s10, v186);
        const float v188 = a1_m1 + v187;
        const float v190 = a1_m1_1 - a1_1;
        const float v191 = a1_1_1 - a1_1;
        const float v192 = a1_0 - a1_1;
        const float v193 = a1_2 - a1_1;
        const float v194 = v190 + v191;
        const float v195 = v192 + v193;
        const float v196 = v194 + v195;
        const float v197 = fmaf(v196, 0x1.47ae14p-4f, v88); // 0.08
        const float v198 = fmaf(a1_1, (-0x1.99999ap-4f), v197); // -0.09999999999999999
        const float v200 = fmaf(v198, s9, a3_1);
        const float v201 = fmaf(v198, s10, v200);
        const float v202 = a1_1 + v201;
        const float v203 = v158 - v117;
        const float v204 = v174 - v117;
        const float v205 = v188 - v117;
        const float v206 = v202 - v117;
        const float v207 = v203 + v204;
        const float v208 = v205 + v206;
        const float v209 = v207 + v208;
        const float v210 = fmaf(v209, 0x1.47ae14p-4f, v119); // 0.08
        const float v211 = fmaf(v117, (-0x1.99999ap-4f), v210); // -0.09999999999999999
        const float v212 = v117 - a1_0;
        const float v213 = v117 - v212;
        const float v214 = a1_0 - v213;
        const float v215 = v116 - v212;
        const float v216 = v214 + v215;
        const float v217 = fmaf(v211, s9, v216);
        const float v218 = fmaf(v211, s10, v217);
        const float v219 = v117 + v218;
        const float v220 = v219 - v117;
        const float v221 = v219 - v220;
        const float v222 = v117 - v221;
        const float v223 = v218 - v220;
        const float v224 = v222 + v223;
        a4[p] = v137;
        a5[p] = v142;
        a6[p] = v219;
        a7[p] = v224;
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
        a2_m1_0 = a2_0;
        a2_0 = a2_1_0;
        a3_m1_0 = a3_0;
        a3_0 = a3_1_0;
    }
}
