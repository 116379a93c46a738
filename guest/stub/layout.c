/* The layout as the C compiler sees it, for the test that compares assembly, C and Swift. */
#include "stub.h"

static const uint32_t c_table[] = {
#define LAYOUT(name) name,
#include "layout_table.h"
#undef LAYOUT
};

const uint32_t *stub_c_layout(void) { return c_table; }

uint32_t stub_layout_count(void) { return sizeof c_table / sizeof c_table[0]; }
