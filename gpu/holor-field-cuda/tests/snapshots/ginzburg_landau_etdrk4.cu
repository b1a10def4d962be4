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

// A complex number, read and written at once.
struct __align__(2 * sizeof(real)) pair { real re, im; };

// coefficients: cells
extern "C" __global__ void __launch_bounds__(256)
cells_0(
    real *a0,
    real *a1,
    real *a2,
    real *a3,
    real *a4,
    real *a5,
    real *a6,
    real *a7,
    real *a8,
    real *a9,
    real *a10,
    real *a11,
    const real *__restrict__ t0,
    const real *__restrict__ t1,
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
    const double s1 = scalars[1]; // step
    const double t1_0 = t1[k];
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        const double t0_0 = t0[j];
        const double v6 = t0_0 * (-0x1p-1); // -0.5
        const double v7 = 1.0 - t0_0;
        const double v9 = v7 - t1_0;
        const double v10 = fma((-0x1p-1), t1_0, v6); // -0.5
        const double v11 = s1 * v9;
        const double v12 = s1 * v10;
        const double v14 = v11 * 0x1p-1; // 0.5
        const double v15 = v12 * 0x1p-1; // 0.5
        const double v18 = 710.0 < v11 ? 710.0 : v11;
        const double v19 = (-0x1.6231eb851eb85p+9) > v18 ? (-0x1.6231eb851eb85p+9) : v18; // -708.39
        const double v21 = v19 * 0x1.71547652b82fep+0; // 1.4426950408889634
        const double v22 = rint(v21);
        const double v24 = fma(v22, (-0x1.62e42fefa39efp-1), v19); // -0.6931471805599453
        const double v26 = fma(v22, (-0x1.abc9e3b39803fp-56), v24); // -2.3190468138462996e-17
        const double v29 = fma(v26, 0x1.1e3c491767601p-29, 0x1.af6c7ef12b3a2p-26); // 2.0826372950001483e-9, 2.5112170957855755e-8
        const double v31 = fma(v26, v29, 0x1.27e5b5737cbd1p-22); // 2.7557583523392436e-7
        const double v33 = fma(v26, v31, 0x1.71ddefcbd9bf1p-19); // 2.7557234484778855e-6
        const double v35 = fma(v26, v33, 0x1.a01a0135abe1ap-16); // 2.480158692347136e-5
        const double v37 = fma(v26, v35, 0x1.a01a01b39f70dp-13); // 0.00019841269896752508
        const double v39 = fma(v26, v37, 0x1.6c16c16c308dcp-10); // 0.0013888888889118023
        const double v41 = fma(v26, v39, 0x1.111111110ec0ap-7); // 0.00833333333331689
        const double v43 = fma(v26, v41, 0x1.5555555555502p-5); // 0.04166666666666609
        const double v45 = fma(v26, v43, 0x1.555555555555bp-3); // 0.16666666666666682
        const double v46 = fma(v26, v45, 0x1p-1); // 0.5
        const double v47 = v26 * v26;
        const double v48 = fma(v46, v47, v26);
        const double v49 = 1.0 + v48;
        const double v50 = (-1.0) + v22;
        const double v51 = power_of_two(v50);
        const double v52 = v49 * v51;
        const double v53 = v52 + v52;
        const double v55 = v12 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v56 = rint(v55);
        const double v58 = fma(v56, (-0x1.921fb54442d18p+0), v12); // -1.5707963267948966
        const double v60 = fma(v56, (-0x1.1a62633145c07p-54), v58); // -6.123233995736766e-17
        const double v62 = fma(v56, 0x1.f1976b7ed8fbcp-110, v60); // 1.4973849048591698e-33
        const double v63 = v62 * v62;
        const double v66 = fma(v63, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v68 = fma(v63, v66, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v70 = fma(v63, v68, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v72 = fma(v63, v70, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v74 = fma(v63, v72, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v76 = fma(v63, v74, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v77 = v62 * v63;
        const double v78 = fma(v76, v77, v62);
        const double v81 = fma(v63, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v83 = fma(v63, v81, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v85 = fma(v63, v83, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v87 = fma(v63, v85, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v89 = fma(v63, v87, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v90 = v63 * v63;
        const double v91 = fma((-0x1p-1), v63, 1.0); // -0.5
        const double v92 = fma(v89, v90, v91);
        const double v94 = v56 * 0x1p-2; // 0.25
        const double v95 = floor(v94);
        const double v96 = v94 - v95;
        const double v97 = (-0x1p-1) + v96; // -0.5
        const double v98 = fabs(v97);
        const bool b99 = v98 == 0x1p-2; // 0.25
        const double v100 = b99 ? v92 : v78;
        const double v101 = b99 ? v78 : v92;
        const double v102 = -v100;
        const bool b103 = v96 < 0x1p-1; // 0.5
        const double v104 = b103 ? v100 : v102;
        const double v105 = -v101;
        const double v107 = v96 + (-0x1.8p-2); // -0.375
        const double v108 = fabs(v107);
        const bool b109 = v108 < 0x1p-2; // 0.25
        const double v110 = b109 ? v105 : v101;
        const double v111 = fabs(v12);
        const bool b113 = v111 <= 0x1p+46; // 70368744177664.0
        const double v115 = b113 ? v104 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v116 = b113 ? v110 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v117 = v53 * v116;
        const double v118 = v53 * v115;
        const double v120 = v12 * 0x1.0ce396db7f853p-70; // 8.896791392450574e-22
        const double v122 = fma(v11, 0x1.0ce396db7f853p-70, 0x1.71b8ef6dcf572p-66); // 8.896791392450574e-22, 1.9572941063391263e-20
        const double v123 = v12 * v122;
        const double v124 = -v12;
        const double v125 = fma(v11, v120, v123);
        const double v127 = fma(v11, v122, 0x1.e542ba4020225p-62); // 4.110317623312165e-19
        const double v128 = fma(v120, v124, v127);
        const double v129 = v12 * v128;
        const double v130 = fma(v11, v125, v129);
        const double v132 = fma(v11, v128, 0x1.2f49b46814157p-57); // 8.22063524662433e-18
        const double v133 = fma(v124, v125, v132);
        const double v134 = v12 * v133;
        const double v135 = fma(v11, v130, v134);
        const double v137 = fma(v11, v133, 0x1.6827863b97d97p-53); // 1.5619206968586225e-16
        const double v138 = fma(v124, v130, v137);
        const double v139 = v12 * v138;
        const double v140 = fma(v11, v135, v139);
        const double v142 = fma(v11, v138, 0x1.952c77030ad4ap-49); // 2.8114572543455206e-15
        const double v143 = fma(v124, v135, v142);
        const double v144 = v12 * v143;
        const double v145 = fma(v11, v140, v144);
        const double v147 = fma(v11, v143, 0x1.ae7f3e733b81fp-45); // 4.779477332387385e-14
        const double v148 = fma(v124, v140, v147);
        const double v149 = v12 * v148;
        const double v150 = fma(v11, v145, v149);
        const double v152 = fma(v11, v148, 0x1.ae7f3e733b81fp-41); // 7.647163731819816e-13
        const double v153 = fma(v124, v145, v152);
        const double v154 = v12 * v153;
        const double v155 = fma(v11, v150, v154);
        const double v157 = fma(v11, v153, 0x1.93974a8c07c9dp-37); // 1.1470745597729725e-11
        const double v158 = fma(v124, v150, v157);
        const double v159 = v12 * v158;
        const double v160 = fma(v11, v155, v159);
        const double v162 = fma(v11, v158, 0x1.6124613a86d09p-33); // 1.6059043836821613e-10
        const double v163 = fma(v124, v155, v162);
        const double v164 = v12 * v163;
        const double v165 = fma(v11, v160, v164);
        const double v167 = fma(v11, v163, 0x1.1eed8eff8d898p-29); // 2.08767569878681e-9
        const double v168 = fma(v124, v160, v167);
        const double v169 = v12 * v168;
        const double v170 = fma(v11, v165, v169);
        const double v172 = fma(v11, v168, 0x1.ae64567f544e4p-26); // 2.505210838544172e-8
        const double v173 = fma(v124, v165, v172);
        const double v174 = v12 * v173;
        const double v175 = fma(v11, v170, v174);
        const double v177 = fma(v11, v173, 0x1.27e4fb7789f5cp-22); // 2.755731922398589e-7
        const double v178 = fma(v124, v170, v177);
        const double v179 = v12 * v178;
        const double v180 = fma(v11, v175, v179);
        const double v182 = fma(v11, v178, 0x1.71de3a556c734p-19); // 2.7557319223985893e-6
        const double v183 = fma(v124, v175, v182);
        const double v184 = v12 * v183;
        const double v185 = fma(v11, v180, v184);
        const double v187 = fma(v11, v183, 0x1.a01a01a01a01ap-16); // 2.48015873015873e-5
        const double v188 = fma(v124, v180, v187);
        const double v189 = v12 * v188;
        const double v190 = fma(v11, v185, v189);
        const double v192 = fma(v11, v188, 0x1.a01a01a01a01ap-13); // 0.0001984126984126984
        const double v193 = fma(v124, v185, v192);
        const double v194 = v12 * v193;
        const double v195 = fma(v11, v190, v194);
        const double v197 = fma(v11, v193, 0x1.6c16c16c16c17p-10); // 0.001388888888888889
        const double v198 = fma(v124, v190, v197);
        const double v199 = v12 * v198;
        const double v200 = fma(v11, v195, v199);
        const double v202 = fma(v11, v198, 0x1.1111111111111p-7); // 0.008333333333333333
        const double v203 = fma(v124, v195, v202);
        const double v204 = v12 * v203;
        const double v205 = fma(v11, v200, v204);
        const double v207 = fma(v11, v203, 0x1.5555555555555p-5); // 0.041666666666666664
        const double v208 = fma(v124, v200, v207);
        const double v209 = v12 * v208;
        const double v210 = fma(v11, v205, v209);
        const double v212 = fma(v11, v208, 0x1.5555555555555p-3); // 0.16666666666666666
        const double v213 = fma(v124, v205, v212);
        const double v214 = v12 * v213;
        const double v215 = fma(v11, v210, v214);
        const double v216 = fma(v11, v213, 0x1p-1); // 0.5
        const double v217 = fma(v124, v210, v216);
        const double v218 = v12 * v217;
        const double v219 = fma(v11, v215, v218);
        const double v220 = fma(v11, v217, 1.0);
        const double v221 = fma(v124, v215, v220);
        const double v222 = v11 * v11;
        const double v223 = fma(v12, v12, v222);
        const bool b224 = v223 < 1.0;
        const double v225 = b224 ? 1.0 : v11;
        const double v226 = b224 ? 0.0 : v12;
        const double v227 = (-1.0) + v117;
        const double v228 = fabs(v225);
        const double v229 = fabs(v226);
        const double v230 = v228 > v229 ? v228 : v229;
        const double v231 = 0x1p-1 * v230; // 0.5
        const double v232 = exponent(v231);
        const double v233 = -v232;
        const double v234 = power_of_two(v233);
        const double v235 = v225 * v234;
        const double v236 = v226 * v234;
        const double v237 = v235 * v235;
        const double v238 = fma(v236, v236, v237);
        const double v239 = v234 / v238;
        const double v240 = v235 * v239;
        const double v241 = v236 * v239;
        const double v242 = v227 * v240;
        const double v243 = v118 * v240;
        const double v244 = fma(v118, v241, v242);
        const double v245 = -v227;
        const double v246 = fma(v241, v245, v243);
        const double v247 = (-1.0) + v244;
        const double v248 = v240 * v247;
        const double v249 = v240 * v246;
        const double v250 = fma(v241, v246, v248);
        const double v251 = -v241;
        const double v252 = fma(v247, v251, v249);
        const double v253 = (-0x1p-1) + v250; // -0.5
        const double v254 = v240 * v253;
        const double v255 = v240 * v252;
        const double v256 = fma(v241, v252, v254);
        const double v257 = fma(v251, v253, v255);
        const double v258 = b224 ? v221 : v244;
        const double v259 = b224 ? v219 : v246;
        const double v260 = b224 ? v217 : v250;
        const double v261 = b224 ? v215 : v252;
        const double v262 = b224 ? v213 : v256;
        const double v263 = b224 ? v210 : v257;
        const double v264 = 710.0 < v14 ? 710.0 : v14;
        const double v265 = (-0x1.6231eb851eb85p+9) > v264 ? (-0x1.6231eb851eb85p+9) : v264; // -708.39
        const double v266 = 0x1.71547652b82fep+0 * v265; // 1.4426950408889634
        const double v267 = rint(v266);
        const double v268 = fma((-0x1.62e42fefa39efp-1), v267, v265); // -0.6931471805599453
        const double v269 = fma((-0x1.abc9e3b39803fp-56), v267, v268); // -2.3190468138462996e-17
        const double v270 = fma(0x1.1e3c491767601p-29, v269, 0x1.af6c7ef12b3a2p-26); // 2.0826372950001483e-9, 2.5112170957855755e-8
        const double v271 = fma(v269, v270, 0x1.27e5b5737cbd1p-22); // 2.7557583523392436e-7
        const double v272 = fma(v269, v271, 0x1.71ddefcbd9bf1p-19); // 2.7557234484778855e-6
        const double v273 = fma(v269, v272, 0x1.a01a0135abe1ap-16); // 2.480158692347136e-5
        const double v274 = fma(v269, v273, 0x1.a01a01b39f70dp-13); // 0.00019841269896752508
        const double v275 = fma(v269, v274, 0x1.6c16c16c308dcp-10); // 0.0013888888889118023
        const double v276 = fma(v269, v275, 0x1.111111110ec0ap-7); // 0.00833333333331689
        const double v277 = fma(v269, v276, 0x1.5555555555502p-5); // 0.04166666666666609
        const double v278 = fma(v269, v277, 0x1.555555555555bp-3); // 0.16666666666666682
        const double v279 = fma(v269, v278, 0x1p-1); // 0.5
        const double v280 = v269 * v269;
        const double v281 = fma(v279, v280, v269);
        const double v282 = 1.0 + v281;
        const double v283 = (-1.0) + v267;
        const double v284 = power_of_two(v283);
        const double v285 = v282 * v284;
        const double v286 = v285 + v285;
        const double v287 = v15 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v288 = rint(v287);
        const double v289 = fma((-0x1.921fb54442d18p+0), v288, v15); // -1.5707963267948966
        const double v290 = fma((-0x1.1a62633145c07p-54), v288, v289); // -6.123233995736766e-17
        const double v291 = fma(0x1.f1976b7ed8fbcp-110, v288, v290); // 1.4973849048591698e-33
        const double v292 = v291 * v291;
        const double v293 = fma((-0x1.aa6715df4bee3p-41), v292, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v294 = fma(v292, v293, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v295 = fma(v292, v294, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v296 = fma(v292, v295, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v297 = fma(v292, v296, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v298 = fma(v292, v297, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v299 = v291 * v292;
        const double v300 = fma(v298, v299, v291);
        const double v301 = fma((-0x1.8fc2972a3cae7p-37), v292, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v302 = fma(v292, v301, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v303 = fma(v292, v302, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v304 = fma(v292, v303, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v305 = fma(v292, v304, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v306 = v292 * v292;
        const double v307 = fma((-0x1p-1), v292, 1.0); // -0.5
        const double v308 = fma(v305, v306, v307);
        const double v309 = 0x1p-2 * v288; // 0.25
        const double v310 = floor(v309);
        const double v311 = v309 - v310;
        const double v312 = (-0x1p-1) + v311; // -0.5
        const double v313 = fabs(v312);
        const bool b314 = v313 == 0x1p-2; // 0.25
        const double v315 = b314 ? v308 : v300;
        const double v316 = b314 ? v300 : v308;
        const double v317 = -v315;
        const bool b318 = v311 < 0x1p-1; // 0.5
        const double v319 = b318 ? v315 : v317;
        const double v320 = -v316;
        const double v321 = (-0x1.8p-2) + v311; // -0.375
        const double v322 = fabs(v321);
        const bool b323 = v322 < 0x1p-2; // 0.25
        const double v324 = b323 ? v320 : v316;
        const double v325 = fabs(v15);
        const bool b326 = v325 <= 0x1p+46; // 70368744177664.0
        const double v327 = b326 ? v319 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v328 = b326 ? v324 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v329 = v286 * v328;
        const double v330 = v286 * v327;
        const double v331 = v15 * 0x1.0ce396db7f853p-70; // 8.896791392450574e-22
        const double v332 = fma(v14, 0x1.0ce396db7f853p-70, 0x1.71b8ef6dcf572p-66); // 8.896791392450574e-22, 1.9572941063391263e-20
        const double v333 = v15 * v332;
        const double v334 = -v15;
        const double v335 = fma(v14, v331, v333);
        const double v336 = fma(v14, v332, 0x1.e542ba4020225p-62); // 4.110317623312165e-19
        const double v337 = fma(v331, v334, v336);
        const double v338 = v15 * v337;
        const double v339 = fma(v14, v335, v338);
        const double v340 = fma(v14, v337, 0x1.2f49b46814157p-57); // 8.22063524662433e-18
        const double v341 = fma(v334, v335, v340);
        const double v342 = v15 * v341;
        const double v343 = fma(v14, v339, v342);
        const double v344 = fma(v14, v341, 0x1.6827863b97d97p-53); // 1.5619206968586225e-16
        const double v345 = fma(v334, v339, v344);
        const double v346 = v15 * v345;
        const double v347 = fma(v14, v343, v346);
        const double v348 = fma(v14, v345, 0x1.952c77030ad4ap-49); // 2.8114572543455206e-15
        const double v349 = fma(v334, v343, v348);
        const double v350 = v15 * v349;
        const double v351 = fma(v14, v347, v350);
        const double v352 = fma(v14, v349, 0x1.ae7f3e733b81fp-45); // 4.779477332387385e-14
        const double v353 = fma(v334, v347, v352);
        const double v354 = v15 * v353;
        const double v355 = fma(v14, v351, v354);
        const double v356 = fma(v14, v353, 0x1.ae7f3e733b81fp-41); // 7.647163731819816e-13
        const double v357 = fma(v334, v351, v356);
        const double v358 = v15 * v357;
        const double v359 = fma(v14, v355, v358);
        const double v360 = fma(v14, v357, 0x1.93974a8c07c9dp-37); // 1.1470745597729725e-11
        const double v361 = fma(v334, v355, v360);
        const double v362 = v15 * v361;
        const double v363 = fma(v14, v359, v362);
        const double v364 = fma(v14, v361, 0x1.6124613a86d09p-33); // 1.6059043836821613e-10
        const double v365 = fma(v334, v359, v364);
        const double v366 = v15 * v365;
        const double v367 = fma(v14, v363, v366);
        const double v368 = fma(v14, v365, 0x1.1eed8eff8d898p-29); // 2.08767569878681e-9
        const double v369 = fma(v334, v363, v368);
        const double v370 = v15 * v369;
        const double v371 = fma(v14, v367, v370);
        const double v372 = fma(v14, v369, 0x1.ae64567f544e4p-26); // 2.505210838544172e-8
        const double v373 = fma(v334, v367, v372);
        const double v374 = v15 * v373;
        const double v375 = fma(v14, v371, v374);
        const double v376 = fma(v14, v373, 0x1.27e4fb7789f5cp-22); // 2.755731922398589e-7
        const double v377 = fma(v334, v371, v376);
        const double v378 = v15 * v377;
        const double v379 = fma(v14, v375, v378);
        const double v380 = fma(v14, v377, 0x1.71de3a556c734p-19); // 2.7557319223985893e-6
        const double v381 = fma(v334, v375, v380);
        const double v382 = v15 * v381;
        const double v383 = fma(v14, v379, v382);
        const double v384 = fma(v14, v381, 0x1.a01a01a01a01ap-16); // 2.48015873015873e-5
        const double v385 = fma(v334, v379, v384);
        const double v386 = v15 * v385;
        const double v387 = fma(v14, v383, v386);
        const double v388 = fma(v14, v385, 0x1.a01a01a01a01ap-13); // 0.0001984126984126984
        const double v389 = fma(v334, v383, v388);
        const double v390 = v15 * v389;
        const double v391 = fma(v14, v387, v390);
        const double v392 = fma(v14, v389, 0x1.6c16c16c16c17p-10); // 0.001388888888888889
        const double v393 = fma(v334, v387, v392);
        const double v394 = v15 * v393;
        const double v395 = fma(v14, v391, v394);
        const double v396 = fma(v14, v393, 0x1.1111111111111p-7); // 0.008333333333333333
        const double v397 = fma(v334, v391, v396);
        const double v398 = v15 * v397;
        const double v399 = fma(v14, v395, v398);
        const double v400 = fma(v14, v397, 0x1.5555555555555p-5); // 0.041666666666666664
        const double v401 = fma(v334, v395, v400);
        const double v402 = v15 * v401;
        const double v403 = fma(v14, v399, v402);
        const double v404 = fma(v14, v401, 0x1.5555555555555p-3); // 0.16666666666666666
        const double v405 = fma(v334, v399, v404);
        const double v406 = v15 * v405;
        const double v407 = fma(v14, v403, v406);
        const double v408 = fma(v14, v405, 0x1p-1); // 0.5
        const double v409 = fma(v334, v403, v408);
        const double v410 = v15 * v409;
        const double v411 = fma(v14, v407, v410);
        const double v412 = fma(v14, v409, 1.0);
        const double v413 = fma(v334, v407, v412);
        const double v414 = v14 * v14;
        const double v415 = fma(v15, v15, v414);
        const bool b416 = v415 < 1.0;
        const double v417 = b416 ? 1.0 : v14;
        const double v418 = b416 ? 0.0 : v15;
        const double v419 = (-1.0) + v329;
        const double v420 = fabs(v417);
        const double v421 = fabs(v418);
        const double v422 = v420 > v421 ? v420 : v421;
        const double v423 = 0x1p-1 * v422; // 0.5
        const double v424 = exponent(v423);
        const double v425 = -v424;
        const double v426 = power_of_two(v425);
        const double v427 = v417 * v426;
        const double v428 = v418 * v426;
        const double v429 = v427 * v427;
        const double v430 = fma(v428, v428, v429);
        const double v431 = v426 / v430;
        const double v432 = v427 * v431;
        const double v433 = v428 * v431;
        const double v434 = v419 * v432;
        const double v435 = v330 * v432;
        const double v436 = fma(v330, v433, v434);
        const double v437 = -v419;
        const double v438 = fma(v433, v437, v435);
        const double v439 = b416 ? v413 : v436;
        const double v440 = b416 ? v411 : v438;
        const double v442 = fma(v260, (-3.0), v258);
        const double v443 = fma(v261, (-3.0), v259);
        const double v445 = v262 * 4.0;
        const double v446 = v263 * 4.0;
        const double v447 = v442 + v445;
        const double v448 = v443 + v446;
        const double v450 = v260 * 2.0;
        const double v451 = v261 * 2.0;
        const double v453 = fma(v262, (-4.0), v450);
        const double v454 = fma(v263, (-4.0), v451);
        const double v455 = v445 - v260;
        const double v456 = v446 - v261;
        const double v457 = 0x1p-1 * v439; // 0.5
        const double v458 = 0x1p-1 * v440; // 0.5
        const double v459 = s1 * v457;
        const double v460 = s1 * v458;
        const double v461 = s1 * v447;
        const double v462 = s1 * v448;
        const double v463 = s1 * v453;
        const double v464 = s1 * v454;
        const double v465 = s1 * v455;
        const double v466 = s1 * v456;
        a0[p] = v117;
        a1[p] = v118;
        a2[p] = v329;
        a3[p] = v330;
        a4[p] = v459;
        a5[p] = v460;
        a6[p] = v461;
        a7[p] = v462;
        a8[p] = v463;
        a9[p] = v464;
        a10[p] = v465;
        a11[p] = v466;
    }
}

// what products need: cells
extern "C" __global__ void __launch_bounds__(256)
cells_1(
    const pair *__restrict__ a0,
    pair *a2,
    const real *__restrict__ t2,
    const real *__restrict__ t3,
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
    const double t3_0 = t3[k];
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double t2_0 = t2[j];
        const double v4 = t2_0 * t3_0;
        const double v5 = a0_0 * v4;
        const double v6 = a1_0 * v4;
        a2[q] = pair{v5 * 0x1.107fbbe01108p-9, v6 * 0x1.107fbbe01108p-9};
    }
}

// rates at the cells: cells
extern "C" __global__ void __launch_bounds__(256)
cells_2(
    const pair *__restrict__ a0,
    pair *a2,
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
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double v2 = a0_0 * a0_0;
        const double v3 = fma(a1_0, a1_0, v2);
        const double v4 = a0_0 * v3;
        const double v5 = a1_0 * v3;
        const double v7 = -v4;
        const double v9 = fma(v5, (-0x1.8p+0), v7); // -1.5
        const double v10 = -v5;
        const double v11 = fma(v4, 0x1.8p+0, v10); // 1.5
        a2[q] = pair{v9, v11};
    }
}

// rates of modes: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
    pair *a0,
    const real *__restrict__ t2,
    const real *__restrict__ t3,
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
    const double t3_0 = t3[k];
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double t2_0 = t2[j];
        const double v4 = t2_0 * t3_0;
        const double v5 = a0_0 * v4;
        const double v6 = a1_0 * v4;
        a0[q] = pair{v5, v6};
    }
}

// etdrk4 a: cells
extern "C" __global__ void __launch_bounds__(256)
cells_4(
    const pair *__restrict__ a0,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const pair *__restrict__ a4,
    const real *__restrict__ a6,
    const real *__restrict__ a7,
    real *a8,
    real *a9,
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
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const pair z4_0 = a4[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a4_0 = z4_0.re;
        const double a5_0 = z4_0.im;
        const double a6_0 = a6[p];
        const double a7_0 = a7[p];
        const double v4 = a0_0 * a2_0;
        const double v5 = a1_0 * a2_0;
        const double v6 = -a1_0;
        const double v7 = fma(a3_0, v6, v4);
        const double v8 = fma(a0_0, a3_0, v5);
        const double v13 = -a5_0;
        const double v14 = fma(a4_0, a6_0, v7);
        const double v15 = fma(a7_0, v13, v14);
        const double v16 = fma(a5_0, a6_0, v8);
        const double v17 = fma(a4_0, a7_0, v16);
        a8[p] = v15;
        a9[p] = v17;
    }
}

// what products need: cells
extern "C" __global__ void __launch_bounds__(256)
cells_5(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    pair *a2,
    const real *__restrict__ t2,
    const real *__restrict__ t3,
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
    const double t3_0 = t3[k];
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const double a0_0 = a0[p];
        const double a1_0 = a1[p];
        const double t2_0 = t2[j];
        const double v4 = t2_0 * t3_0;
        const double v5 = a0_0 * v4;
        const double v6 = a1_0 * v4;
        a2[q] = pair{v5 * 0x1.107fbbe01108p-9, v6 * 0x1.107fbbe01108p-9};
    }
}

// etdrk4 c: cells
extern "C" __global__ void __launch_bounds__(256)
cells_6(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const pair *__restrict__ a4,
    const pair *__restrict__ a6,
    const real *__restrict__ a8,
    const real *__restrict__ a9,
    real *a10,
    real *a11,
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
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z4_0 = a4[q];
        const pair z6_0 = a6[q];
        const double a0_0 = a0[p];
        const double a1_0 = a1[p];
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a4_0 = z4_0.re;
        const double a5_0 = z4_0.im;
        const double a6_0 = z6_0.re;
        const double a7_0 = z6_0.im;
        const double a8_0 = a8[p];
        const double a9_0 = a9[p];
        const double v4 = a0_0 * a2_0;
        const double v5 = a1_0 * a2_0;
        const double v6 = -a1_0;
        const double v7 = fma(a3_0, v6, v4);
        const double v8 = fma(a0_0, a3_0, v5);
        const double v14 = -a6_0;
        const double v15 = fma(a4_0, 2.0, v14);
        const double v16 = -a7_0;
        const double v17 = fma(a5_0, 2.0, v16);
        const double v20 = -v17;
        const double v21 = fma(v15, a8_0, v7);
        const double v22 = fma(a9_0, v20, v21);
        const double v23 = fma(v17, a8_0, v8);
        const double v24 = fma(v15, a9_0, v23);
        a10[p] = v22;
        a11[p] = v24;
    }
}

// etdrk4: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
    pair *a0,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const pair *__restrict__ a4,
    const real *__restrict__ a6,
    const real *__restrict__ a7,
    const pair *__restrict__ a8,
    const pair *__restrict__ a10,
    const real *__restrict__ a12,
    const real *__restrict__ a13,
    const pair *__restrict__ a14,
    const real *__restrict__ a16,
    const real *__restrict__ a17,
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
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const pair z4_0 = a4[q];
        const pair z8_0 = a8[q];
        const pair z10_0 = a10[q];
        const pair z14_0 = a14[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a4_0 = z4_0.re;
        const double a5_0 = z4_0.im;
        const double a6_0 = a6[p];
        const double a7_0 = a7[p];
        const double a8_0 = z8_0.re;
        const double a9_0 = z8_0.im;
        const double a10_0 = z10_0.re;
        const double a11_0 = z10_0.im;
        const double a12_0 = a12[p];
        const double a13_0 = a13[p];
        const double a14_0 = z14_0.re;
        const double a15_0 = z14_0.im;
        const double a16_0 = a16[p];
        const double a17_0 = a17[p];
        const double v4 = a0_0 * a2_0;
        const double v5 = a1_0 * a2_0;
        const double v6 = -a1_0;
        const double v7 = fma(a3_0, v6, v4);
        const double v8 = fma(a0_0, a3_0, v5);
        const double v13 = -a5_0;
        const double v14 = fma(a4_0, a6_0, v7);
        const double v15 = fma(a7_0, v13, v14);
        const double v16 = fma(a5_0, a6_0, v8);
        const double v17 = fma(a4_0, a7_0, v16);
        const double v22 = a8_0 + a10_0;
        const double v23 = a9_0 + a11_0;
        const double v26 = -v23;
        const double v27 = fma(v22, a12_0, v15);
        const double v28 = fma(a13_0, v26, v27);
        const double v29 = fma(v23, a12_0, v17);
        const double v30 = fma(v22, a13_0, v29);
        const double v35 = -a15_0;
        const double v36 = fma(a14_0, a16_0, v28);
        const double v37 = fma(a17_0, v35, v36);
        const double v38 = fma(a15_0, a16_0, v30);
        const double v39 = fma(a14_0, a17_0, v38);
        a0[q] = pair{v37, v39};
    }
}

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_8(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}

// copy: cells
extern "C" __global__ void __launch_bounds__(256)
cells_9(
    const pair *__restrict__ a0,
    pair *a2,
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
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        a2[q] = pair{a0_0 * 0x1.107fbbe01108p-9, a1_0 * 0x1.107fbbe01108p-9};
    }
}
