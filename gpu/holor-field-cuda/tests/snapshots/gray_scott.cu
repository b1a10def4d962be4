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
        const double v25 = v23 * 0x1.47ae147ae147bp-4; // 0.08
        const double v27 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v25); // -0.42000000000000004
        const double v28 = v7 + v27;
        const double v30 = fma(v16, s6, a0_0);
        const double v31 = fma(v28, s6, a1_0);
        a2[p] = v30;
        a3[p] = v31;
        a0_m1_0 = a0_0;
        a0_0 = a0_1_0;
        a1_m1_0 = a1_0;
        a1_0 = a1_1_0;
    }
}

// step with 3 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_3(
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
        const double v71 = v69 * 0x1.47ae147ae147bp-4; // 0.08
        const double v73 = fma(a1_m1_0, (-0x1.ae147ae147ae2p-2), v71); // -0.42000000000000004
        const double v74 = v24 + v73;
        const double v75 = fma(v74, s7, a1_m1_0);
        const double v76 = v75 * v75;
        const double v77 = v31 * v76;
        const double v78 = v18 + v44;
        const double v79 = v55 + v66;
        const double v80 = v78 + v79;
        const double v81 = fma(v80, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v82 = fma(v31, (-0x1.599999999999ap-1), v81); // -0.675
        const double v83 = v82 - v77;
        const double v84 = fma(v83, s7, v31);
        const double v89 = a1_1_0 * a1_1_0;
        const double v90 = a0_1_0 * v89;
        const double v91 = a0_0 + a0_2_0;
        const double v92 = a0_1_m1 + a0_1_1;
        const double v93 = v91 + v92;
        const double v94 = fma(v93, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v95 = fma(a0_1_0, (-0x1.599999999999ap-1), v94); // -0.675
        const double v96 = v95 - v90;
        const double v97 = fma(v96, s7, a0_1_0);
        const double v100 = a1_m1 * a1_m1;
        const double v101 = a0_m1 * v100;
        const double v102 = a0_m1_m1 + a0_1_m1;
        const double v103 = a0_m2 + a0_0;
        const double v104 = v102 + v103;
        const double v105 = fma(v104, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v106 = fma(a0_m1, (-0x1.599999999999ap-1), v105); // -0.675
        const double v107 = v106 - v101;
        const double v108 = fma(v107, s7, a0_m1);
        const double v111 = a1_1 * a1_1;
        const double v112 = a0_1 * v111;
        const double v113 = a0_m1_1 + a0_1_1;
        const double v114 = a0_0 + a0_2;
        const double v115 = v113 + v114;
        const double v116 = fma(v115, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v117 = fma(a0_1, (-0x1.599999999999ap-1), v116); // -0.675
        const double v118 = v117 - v112;
        const double v119 = fma(v118, s7, a0_1);
        const double v120 = a1_m1_0 + a1_1_0;
        const double v121 = a1_m1 + a1_1;
        const double v122 = v120 + v121;
        const double v123 = v122 * 0x1.47ae147ae147bp-4; // 0.08
        const double v124 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v123); // -0.42000000000000004
        const double v125 = v37 + v124;
        const double v126 = fma(v125, s7, a1_0);
        const double v127 = v126 * v126;
        const double v128 = v44 * v127;
        const double v129 = v31 + v97;
        const double v130 = v108 + v119;
        const double v131 = v129 + v130;
        const double v132 = fma(v131, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v133 = fma(v44, (-0x1.599999999999ap-1), v132); // -0.675
        const double v134 = v133 - v128;
        const double v135 = fma(v134, s7, v44);
        const double v140 = a1_2_0 * a1_2_0;
        const double v141 = a0_2_0 * v140;
        const double v142 = a0_1_0 + a0_3_0;
        const double v143 = a0_2_m1 + a0_2_1;
        const double v144 = v142 + v143;
        const double v145 = fma(v144, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v146 = fma(a0_2_0, (-0x1.599999999999ap-1), v145); // -0.675
        const double v147 = v146 - v141;
        const double v148 = fma(v147, s7, a0_2_0);
        const double v151 = a1_1_m1 * a1_1_m1;
        const double v152 = a0_1_m1 * v151;
        const double v153 = a0_m1 + a0_2_m1;
        const double v154 = a0_1_m2 + a0_1_0;
        const double v155 = v153 + v154;
        const double v156 = fma(v155, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v157 = fma(a0_1_m1, (-0x1.599999999999ap-1), v156); // -0.675
        const double v158 = v157 - v152;
        const double v159 = fma(v158, s7, a0_1_m1);
        const double v162 = a1_1_1 * a1_1_1;
        const double v163 = a0_1_1 * v162;
        const double v164 = a0_1 + a0_2_1;
        const double v165 = a0_1_0 + a0_1_2;
        const double v166 = v164 + v165;
        const double v167 = fma(v166, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v168 = fma(a0_1_1, (-0x1.599999999999ap-1), v167); // -0.675
        const double v169 = v168 - v163;
        const double v170 = fma(v169, s7, a0_1_1);
        const double v171 = a1_0 + a1_2_0;
        const double v172 = a1_1_m1 + a1_1_1;
        const double v173 = v171 + v172;
        const double v174 = v173 * 0x1.47ae147ae147bp-4; // 0.08
        const double v175 = fma(a1_1_0, (-0x1.ae147ae147ae2p-2), v174); // -0.42000000000000004
        const double v176 = v90 + v175;
        const double v177 = fma(v176, s7, a1_1_0);
        const double v178 = v177 * v177;
        const double v179 = v97 * v178;
        const double v180 = v44 + v148;
        const double v181 = v159 + v170;
        const double v182 = v180 + v181;
        const double v183 = fma(v182, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v184 = fma(v97, (-0x1.599999999999ap-1), v183); // -0.675
        const double v185 = v184 - v179;
        const double v186 = fma(v185, s7, v97);
        const double v189 = a1_m2 * a1_m2;
        const double v190 = a0_m2 * v189;
        const double v191 = a0_m1_m2 + a0_1_m2;
        const double v192 = a0_m3 + a0_m1;
        const double v193 = v191 + v192;
        const double v194 = fma(v193, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v195 = fma(a0_m2, (-0x1.599999999999ap-1), v194); // -0.675
        const double v196 = v195 - v190;
        const double v197 = fma(v196, s7, a0_m2);
        const double v198 = a1_m1_m1 + a1_1_m1;
        const double v199 = a1_m2 + a1_0;
        const double v200 = v198 + v199;
        const double v201 = v200 * 0x1.47ae147ae147bp-4; // 0.08
        const double v202 = fma(a1_m1, (-0x1.ae147ae147ae2p-2), v201); // -0.42000000000000004
        const double v203 = v101 + v202;
        const double v204 = fma(v203, s7, a1_m1);
        const double v205 = v204 * v204;
        const double v206 = v108 * v205;
        const double v207 = v55 + v159;
        const double v208 = v197 + v44;
        const double v209 = v207 + v208;
        const double v210 = fma(v209, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v211 = fma(v108, (-0x1.599999999999ap-1), v210); // -0.675
        const double v212 = v211 - v206;
        const double v213 = fma(v212, s7, v108);
        const double v216 = a1_2 * a1_2;
        const double v217 = a0_2 * v216;
        const double v218 = a0_m1_2 + a0_1_2;
        const double v219 = a0_1 + a0_3;
        const double v220 = v218 + v219;
        const double v221 = fma(v220, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v222 = fma(a0_2, (-0x1.599999999999ap-1), v221); // -0.675
        const double v223 = v222 - v217;
        const double v224 = fma(v223, s7, a0_2);
        const double v225 = a1_m1_1 + a1_1_1;
        const double v226 = a1_0 + a1_2;
        const double v227 = v225 + v226;
        const double v228 = v227 * 0x1.47ae147ae147bp-4; // 0.08
        const double v229 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v228); // -0.42000000000000004
        const double v230 = v112 + v229;
        const double v231 = fma(v230, s7, a1_1);
        const double v232 = v231 * v231;
        const double v233 = v119 * v232;
        const double v234 = v66 + v170;
        const double v235 = v44 + v224;
        const double v236 = v234 + v235;
        const double v237 = fma(v236, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v238 = fma(v119, (-0x1.599999999999ap-1), v237); // -0.675
        const double v239 = v238 - v233;
        const double v240 = fma(v239, s7, v119);
        const double v241 = v75 + v177;
        const double v242 = v204 + v231;
        const double v243 = v241 + v242;
        const double v244 = v243 * 0x1.47ae147ae147bp-4; // 0.08
        const double v245 = fma(v126, (-0x1.ae147ae147ae2p-2), v244); // -0.42000000000000004
        const double v246 = v128 + v245;
        const double v247 = fma(v246, s7, v126);
        const double v248 = v247 * v247;
        const double v249 = v135 * v248;
        const double v250 = v84 + v186;
        const double v251 = v213 + v240;
        const double v252 = v250 + v251;
        const double v253 = fma(v252, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v254 = fma(v135, (-0x1.599999999999ap-1), v253); // -0.675
        const double v255 = v254 - v249;
        const double v256 = fma(v255, s7, v135);
        const double v260 = a1_m3_0 + a1_m1_0;
        const double v261 = a1_m2_m1 + a1_m2_1;
        const double v262 = v260 + v261;
        const double v263 = v262 * 0x1.47ae147ae147bp-4; // 0.08
        const double v264 = fma(a1_m2_0, (-0x1.ae147ae147ae2p-2), v263); // -0.42000000000000004
        const double v265 = v7 + v264;
        const double v266 = fma(v265, s7, a1_m2_0);
        const double v268 = a1_m2_m1 + a1_m1;
        const double v269 = a1_m1_m2 + a1_m1_0;
        const double v270 = v268 + v269;
        const double v271 = v270 * 0x1.47ae147ae147bp-4; // 0.08
        const double v272 = fma(a1_m1_m1, (-0x1.ae147ae147ae2p-2), v271); // -0.42000000000000004
        const double v273 = v48 + v272;
        const double v274 = fma(v273, s7, a1_m1_m1);
        const double v276 = a1_m2_1 + a1_1;
        const double v277 = a1_m1_0 + a1_m1_2;
        const double v278 = v276 + v277;
        const double v279 = v278 * 0x1.47ae147ae147bp-4; // 0.08
        const double v280 = fma(a1_m1_1, (-0x1.ae147ae147ae2p-2), v279); // -0.42000000000000004
        const double v281 = v59 + v280;
        const double v282 = fma(v281, s7, a1_m1_1);
        const double v283 = v266 + v126;
        const double v284 = v274 + v282;
        const double v285 = v283 + v284;
        const double v286 = v285 * 0x1.47ae147ae147bp-4; // 0.08
        const double v287 = fma(v75, (-0x1.ae147ae147ae2p-2), v286); // -0.42000000000000004
        const double v288 = v77 + v287;
        const double v289 = fma(v288, s7, v75);
        const double v293 = a1_1_0 + a1_3_0;
        const double v294 = a1_2_m1 + a1_2_1;
        const double v295 = v293 + v294;
        const double v296 = v295 * 0x1.47ae147ae147bp-4; // 0.08
        const double v297 = fma(a1_2_0, (-0x1.ae147ae147ae2p-2), v296); // -0.42000000000000004
        const double v298 = v141 + v297;
        const double v299 = fma(v298, s7, a1_2_0);
        const double v301 = a1_m1 + a1_2_m1;
        const double v302 = a1_1_m2 + a1_1_0;
        const double v303 = v301 + v302;
        const double v304 = v303 * 0x1.47ae147ae147bp-4; // 0.08
        const double v305 = fma(a1_1_m1, (-0x1.ae147ae147ae2p-2), v304); // -0.42000000000000004
        const double v306 = v152 + v305;
        const double v307 = fma(v306, s7, a1_1_m1);
        const double v309 = a1_1 + a1_2_1;
        const double v310 = a1_1_0 + a1_1_2;
        const double v311 = v309 + v310;
        const double v312 = v311 * 0x1.47ae147ae147bp-4; // 0.08
        const double v313 = fma(a1_1_1, (-0x1.ae147ae147ae2p-2), v312); // -0.42000000000000004
        const double v314 = v163 + v313;
        const double v315 = fma(v314, s7, a1_1_1);
        const double v316 = v126 + v299;
        const double v317 = v307 + v315;
        const double v318 = v316 + v317;
        const double v319 = v318 * 0x1.47ae147ae147bp-4; // 0.08
        const double v320 = fma(v177, (-0x1.ae147ae147ae2p-2), v319); // -0.42000000000000004
        const double v321 = v179 + v320;
        const double v322 = fma(v321, s7, v177);
        const double v324 = a1_m1_m2 + a1_1_m2;
        const double v325 = a1_m3 + a1_m1;
        const double v326 = v324 + v325;
        const double v327 = v326 * 0x1.47ae147ae147bp-4; // 0.08
        const double v328 = fma(a1_m2, (-0x1.ae147ae147ae2p-2), v327); // -0.42000000000000004
        const double v329 = v190 + v328;
        const double v330 = fma(v329, s7, a1_m2);
        const double v331 = v274 + v307;
        const double v332 = v330 + v126;
        const double v333 = v331 + v332;
        const double v334 = v333 * 0x1.47ae147ae147bp-4; // 0.08
        const double v335 = fma(v204, (-0x1.ae147ae147ae2p-2), v334); // -0.42000000000000004
        const double v336 = v206 + v335;
        const double v337 = fma(v336, s7, v204);
        const double v339 = a1_m1_2 + a1_1_2;
        const double v340 = a1_1 + a1_3;
        const double v341 = v339 + v340;
        const double v342 = v341 * 0x1.47ae147ae147bp-4; // 0.08
        const double v343 = fma(a1_2, (-0x1.ae147ae147ae2p-2), v342); // -0.42000000000000004
        const double v344 = v217 + v343;
        const double v345 = fma(v344, s7, a1_2);
        const double v346 = v282 + v315;
        const double v347 = v126 + v345;
        const double v348 = v346 + v347;
        const double v349 = v348 * 0x1.47ae147ae147bp-4; // 0.08
        const double v350 = fma(v231, (-0x1.ae147ae147ae2p-2), v349); // -0.42000000000000004
        const double v351 = v233 + v350;
        const double v352 = fma(v351, s7, v231);
        const double v353 = v289 + v322;
        const double v354 = v337 + v352;
        const double v355 = v353 + v354;
        const double v356 = v355 * 0x1.47ae147ae147bp-4; // 0.08
        const double v357 = fma(v247, (-0x1.ae147ae147ae2p-2), v356); // -0.42000000000000004
        const double v358 = v249 + v357;
        const double v359 = fma(v358, s7, v247);
        a2[p] = v256;
        a3[p] = v359;
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
scalars_5(
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

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_6(
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
        const double v71 = v69 * 0x1.47ae147ae147bp-4; // 0.08
        const double v73 = fma(a1_0, (-0x1.ae147ae147ae2p-2), v71); // -0.42000000000000004
        const double v74 = v24 + v73;
        const double v75 = fma(v74, s8, a1_0);
        const double v76 = v75 * v75;
        const double v77 = v31 * v76;
        const double v78 = v18 + v44;
        const double v79 = v55 + v66;
        const double v80 = v78 + v79;
        const double v81 = fma(v80, 0x1.47ae147ae147bp-3, 0x1.1eb851eb851ecp-5); // 0.16, 0.035
        const double v82 = fma(v31, (-0x1.599999999999ap-1), v81); // -0.675
        const double v83 = v82 - v77;
        const double v84 = fma(v83, s8, v31);
        const double v88 = a1_m2_0 + a1_0;
        const double v89 = a1_m1_m1 + a1_m1_1;
        const double v90 = v88 + v89;
        const double v91 = v90 * 0x1.47ae147ae147bp-4; // 0.08
        const double v92 = fma(a1_m1_0, (-0x1.ae147ae147ae2p-2), v91); // -0.42000000000000004
        const double v93 = v7 + v92;
        const double v94 = fma(v93, s8, a1_m1_0);
        const double v98 = a1_0 + a1_2_0;
        const double v99 = a1_1_m1 + a1_1_1;
        const double v100 = v98 + v99;
        const double v101 = v100 * 0x1.47ae147ae147bp-4; // 0.08
        const double v102 = fma(a1_1_0, (-0x1.ae147ae147ae2p-2), v101); // -0.42000000000000004
        const double v103 = v37 + v102;
        const double v104 = fma(v103, s8, a1_1_0);
        const double v106 = a1_m1_m1 + a1_1_m1;
        const double v107 = a1_m2 + a1_0;
        const double v108 = v106 + v107;
        const double v109 = v108 * 0x1.47ae147ae147bp-4; // 0.08
        const double v110 = fma(a1_m1, (-0x1.ae147ae147ae2p-2), v109); // -0.42000000000000004
        const double v111 = v48 + v110;
        const double v112 = fma(v111, s8, a1_m1);
        const double v114 = a1_m1_1 + a1_1_1;
        const double v115 = a1_0 + a1_2;
        const double v116 = v114 + v115;
        const double v117 = v116 * 0x1.47ae147ae147bp-4; // 0.08
        const double v118 = fma(a1_1, (-0x1.ae147ae147ae2p-2), v117); // -0.42000000000000004
        const double v119 = v59 + v118;
        const double v120 = fma(v119, s8, a1_1);
        const double v121 = v94 + v104;
        const double v122 = v112 + v120;
        const double v123 = v121 + v122;
        const double v124 = v123 * 0x1.47ae147ae147bp-4; // 0.08
        const double v125 = fma(v75, (-0x1.ae147ae147ae2p-2), v124); // -0.42000000000000004
        const double v126 = v77 + v125;
        const double v127 = fma(v126, s8, v75);
        a2[p] = v84;
        a3[p] = v127;
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
