import MinixABI
import Testing

/// The names of policies, there and back.
@Suite struct FaultPolicyTests {
  @Test(
    arguments: [
      ("exact", .exact), ("eager", .eager), ("around:1", .around(1)), ("around:16", .around(16)),
      ("around:1023", .around(1023)),
    ] as [(String, FaultPolicy)])
  func names(_ name: String, _ policy: FaultPolicy) {
    #expect(FaultPolicy(name: name) == policy)
    #expect(policy.name == name)
  }

  @Test(arguments: [
    "", "exactly", "Exact", "around", "around:", "around:0", "around:1024", "around:99999",
    "around:+1", "around:-1", "around:1 ", "around:1x", "around:4294967297", "around:\u{661}",
    "aroundX5", "xaround:5", "eager:2", "lazy",
  ])
  func unknown(_ name: String) { #expect(FaultPolicy(name: name) == nil) }
}
