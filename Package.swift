// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target of the house is compiled with.
let houseRules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "faultline",
  products: [
    .executable(name: "faultline", targets: ["faultline"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C shims: what Swift can't see.
    .target(name: "CKVM", path: "CShims/CKVM"),

    // What runs in the guest's ring 0, and the layout that it shares with the host.
    .target(name: "Stub", path: "guest/stub", exclude: ["layout_table.h"]),

    // The wire and the hardware: value types that import nothing.
    .target(name: "MinixABI", swiftSettings: houseRules),
    .target(name: "I386", swiftSettings: houseRules),
    .target(
      name: "FlightRecorder", dependencies: ["I386", "MinixABI"], swiftSettings: houseRules),

    // The machine below the kernel.
    .target(name: "KVM", dependencies: ["CKVM"], swiftSettings: houseRules),
    .target(name: "Machine", dependencies: ["I386", "KVM", "Stub"], swiftSettings: houseRules),

    // MINIX: the kernel, VM, and the other resident servers.
    .target(
      name: "Kernel", dependencies: ["FlightRecorder", "I386", "Machine", "MinixABI"],
      swiftSettings: houseRules),

    .target(
      name: "VMServer", dependencies: ["I386", "MinixABI"], swiftSettings: houseRules),

    // What runs in ring 3.
    .plugin(
      name: "BuildGuestPrograms", capability: .buildTool(),
      path: "guest", exclude: ["programs", "runtime", "stub", "README.md"], sources: ["build"]),
    .target(
      name: "GuestPrograms", swiftSettings: houseRules, plugins: ["BuildGuestPrograms"]),

    .executableTarget(name: "faultline", dependencies: [argumentParser], swiftSettings: houseRules),

    // Tests. Those whose name ends in OnKVMTests need /dev/kvm and also run in the lab.
    .testTarget(
      name: "GuestProgramsTests", dependencies: ["GuestPrograms"], swiftSettings: houseRules),
    .testTarget(name: "KVMOnKVMTests", dependencies: ["KVM"], swiftSettings: houseRules),
  ]
)
