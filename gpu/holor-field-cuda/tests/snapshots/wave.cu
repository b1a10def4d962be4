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

// place before: cells
extern "C" __global__ void __launch_bounds__(256)
cells_1(
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
scalars_2(
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
scalars_3(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    const double v1 = s1 * s1;
    scalars[7] = v1; // step squared
}

// leapfrog: cells
extern "C" __global__ void __launch_bounds__(256)
cells_4(
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
scalars_5(
    double *scalars)
{
    const double s1 = scalars[1]; // step
    scalars[8] = s1; // step to come
}

// resize: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_6(
    double *scalars)
{
    const double s9 = scalars[9]; // former step
    scalars[1] = s9; // step
}

// velocity: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
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
scalars_8(
    double *scalars)
{
    const double s8 = scalars[8]; // step to come
    scalars[1] = s8; // step
}

// step with 2 programs at once: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_9(
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
ghosts_10(
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

// step, 2 programs at once: cells
extern "C" __global__ void __launch_bounds__(256)
cells_11(
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
