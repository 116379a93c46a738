#include "ckvm_vcpu.h"

#include <string.h>

#include "ckvm_system.h"

int ckvm_get_fxsave_image(int vcpu, void *image) {
  struct kvm_xsave state;
  int error = ckvm_request(vcpu, KVM_GET_XSAVE, (uintptr_t)&state);
  if (error == 0) memcpy(image, &state, 512);
  return error;
}
