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

/// The modules on the path of a fault. They are optimised in debug builds too: in the lab a software
/// CPU runs them, and the tests would take minutes more. In release builds VM is specialised for its
/// kernel across the module wall, functions are inlined across it up to a size that those on the path
/// do not reach, and the run-time test for overlapping accesses, which the debug build makes, is left
/// out.
let hotRules =
  houseRules + [
    .unsafeFlags(["-O"], .when(configuration: .debug)),
    .unsafeFlags(
      [
        "-cross-module-optimization", "-enforce-exclusivity=unchecked", "-Xllvm",
        "-cmo-function-size-limit=5000",
      ],
      .when(configuration: .release)),
  ]

let package = Package(
  name: "faultline",
  products: [
    .executable(name: "faultline", targets: ["faultline"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C shims: what Swift can't see.
    .shim("CKVM"),
    .shim("CClock"),
    .shim("CConfinement", linking: ["cap"]),
    // In this order, which archives need: the first asks for the second, and that for the third.
    .shim("CDebugInfo", linking: ["dw", "elf", "z"]),
    .shim("CDisassembly", linking: ["capstone"]),
    .shim("CLab"),
    // What the benchmark compares with, optimised in debug builds too, like what it compares.
    .target(
      name: "CBenchmark", dependencies: ["CClock", "CKVM", "Stub"], path: "CShims/CBenchmark",
      cSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-O2"])]),
    .executableTarget(
      name: "first-exit", path: "CShims/FirstExit",
      cSettings: [.treatAllWarnings(as: .error)]),

    // What runs in the guest's ring 0, and the layout that it shares with the host.
    .target(name: "Stub", path: "guest/stub", exclude: ["layout_table.h"]),

    // The wire and the hardware: value types that import nothing.
    .hot("MinixABI"),
    .hot("I386"),
    .hot("FlightRecorder", ["I386", "MinixABI"]),
    .hot("PagingCases", ["I386"]),

    // The machine below the kernel.
    .hot("KVM", ["CKVM"]),
    .hot("Machine", ["FlightRecorder", "I386", "KVM", "MinixABI", "Stub"]),

    // MINIX: the kernel, VM, and the other resident servers.
    .hot("Kernel", ["CClock", "FlightRecorder", "I386", "Machine", "MinixABI"]),
    .hot("VMServer", ["I386", "MinixABI"]),
    .hot("Servers", ["I386", "Kernel", "MinixABI"]),

    // What runs in ring 3, and how it is read.
    .plugin(
      name: "BuildGuestPrograms", capability: .buildTool(),
      path: "guest", exclude: ["conform", "programs", "runtime", "stub", "README.md"],
      sources: ["build"]),
    .target(
      name: "GuestPrograms", swiftSettings: houseRules, plugins: ["BuildGuestPrograms"]),
    .house("GuestImage", ["CDebugInfo", "MinixABI", "Yams"]),

    // One run, from the image to the summary.
    .hot(
      "Session",
      [
        "CClock", "FlightRecorder", "GuestImage", "I386", "Kernel", "KVM", "Machine", "MinixABI",
        "Servers", "Stub", "VMServer",
      ]),
    .house(
      "Trace",
      [
        "CClock", "FlightRecorder", "GuestImage", "I386", "MinixABI",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .house(
      "Report",
      [
        "CDisassembly", "Confinement", "FlightRecorder", "GuestImage", "I386", "Kernel", "KVM",
        "Machine", "MinixABI", "Servers", "Session", "Trace", "VMServer",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),

    .hot(
      "Benchmarks",
      [
        "CBenchmark", "CClock", "GuestImage", "I386", "KVM", "Kernel", "Machine", "MinixABI",
        "Servers", "Session", "Stub",
      ]),

    .target(
      name: "Conformance", dependencies: ["I386", "KVM", "PagingCases"],
      resources: [.embedInCode("Known/known-divergences.json")], swiftSettings: houseRules),

    // The host.
    .house("Confinement", ["CConfinement"]),
    .house("Doctor", ["Confinement", "KVM"]),
    .house("Lab", ["CLab"]),

    .executableTarget(
      name: "faultline",
      dependencies: [
        "Benchmarks", "Confinement", "Conformance", "Doctor", "FlightRecorder", "GuestImage",
        "GuestPrograms", "I386", "KVM", "Kernel", "Lab", "Machine", "MinixABI", "PagingCases",
        "Report", "Servers", "Session", "Trace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: houseRules),

    // Tests. Those whose name ends in OnKVMTests need /dev/kvm and also run in the lab.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: houseRules),
    .target(
      name: "VMScript",
      dependencies: ["FlightRecorder", "I386", "MinixABI", "VMServer"],
      path: "Tests/VMScript", swiftSettings: houseRules),
    .tests(
      "BenchmarksTests",
      ["Benchmarks", "CBenchmark", "FlightRecorder", "Kernel", "MinixABI", "Session"]),
    .tests("ConfinementTests", ["Confinement"]),
    .tests("ConformanceTests", ["Conformance", "I386", "PagingCases", "TestSupport", "faultline"]),
    .tests("DoctorTests", ["Confinement", "Doctor", "KVM"]),
    .tests("FlightRecorderTests", ["FlightRecorder", "I386", "MinixABI"]),
    .tests("GuestImageTests", ["GuestImage", "MinixABI", "TestSupport"]),
    .tests("GuestProgramsTests", ["GuestPrograms"]),
    .tests("I386Tests", ["I386"]),
    .tests(
      "KernelTests", ["FlightRecorder", "I386", "Kernel", "Machine", "MinixABI", "TestSupport"]),
    .tests("KVMTests", ["KVM"]),
    .tests("LabTests", ["CLab", "Lab", "TestSupport"]),
    .tests("MachineTests", ["I386", "KVM", "Machine", "Stub", "TestSupport"]),
    .tests("MinixABITests", ["MinixABI"]),
    .tests(
      "ReportTests",
      [
        "Confinement", "FlightRecorder", "I386", "Kernel", "KVM", "Machine", "MinixABI", "Report",
        "Servers", "Session", "TestSupport", "Trace", "VMServer", "faultline",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .tests("ServersTests", ["FlightRecorder", "I386", "Kernel", "Machine", "MinixABI", "Servers"]),
    .tests(
      "SessionTests",
      ["GuestImage", "I386", "Kernel", "Machine", "MinixABI", "Servers", "Session", "VMServer"]),
    .tests(
      "TraceTests",
      [
        "FlightRecorder", "I386", "MinixABI", "TestSupport", "Trace",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .tests("VMScriptTests", ["MinixABI", "VMScript"]),
    .tests("VMServerTests", ["I386", "MinixABI", "TestSupport", "VMServer"]),
    .tests("CommandTests", ["GuestPrograms", "TestSupport", "faultline"]),
    .tests(
      "CommandOnKVMTests",
      [
        "FlightRecorder", "GuestPrograms", "MinixABI", "TestSupport", "Trace", "VMScript",
        "faultline",
      ]),
    .tests("ConformanceOnKVMTests", ["Conformance", "PagingCases", "TestSupport", "faultline"]),
    .tests("DoctorOnKVMTests", ["Confinement", "Doctor", "KVM", "TestSupport", "faultline"]),
    .tests("KVMOnKVMTests", ["KVM"]),
    .tests("LabOnKVMTests", ["CLab"]),
    .tests("MachineOnKVMTests", ["I386", "KVM", "Machine", "Stub", "TestSupport"]),
  ]
)

extension Target {
  /// A Swift target under the house's rules.
  static func house(_ name: String, _ dependencies: [Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: houseRules)
  }

  /// A Swift target under the house's rules, on the path of a fault.
  static func hot(_ name: String, _ dependencies: [Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: hotRules)
  }

  /// A C target of `CShims`, and the system's libraries that it wraps.
  static func shim(_ name: String, linking libraries: [String] = []) -> Target {
    .target(
      name: name, path: "CShims/\(name)", cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: libraries.map { .linkedLibrary($0) })
  }

  /// A test target under the house's rules.
  static func tests(_ name: String, _ dependencies: [Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: houseRules)
  }
}
