import I386
import Stub

extension StubImage {
  /// Copies the assembled page to its place.
  static func installCode(in memory: GuestMemory) {
    let code = unsafe UnsafeRawBufferPointer(start: stub_code(), count: Int(STUB_CODE_BYTES))
    let installed = unsafe memory.write(code.bytes, at: PhysicalAddress(UInt32(STUB_CODE)))
    precondition(installed, "the stub's page lies outside guest memory")
  }
}
