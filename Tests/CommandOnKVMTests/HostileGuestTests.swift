import TestSupport
import Testing

/// Whatever a guest does, it alone bears it: its neighbours finish, and the run ends by itself with
/// every exit accounted for.
@Suite(.serialized) struct HostileGuestTests {
  private static let neighbours = [
    ManifestEntry("first-neighbour", file: "touch", ["30"]),
    ManifestEntry("last-neighbour", file: "hello", ["unharmed"]),
  ]

  @Test(arguments: Hostilities.all)
  func onlyTheGuestItselfSuffers(_ hostilities: Hostilities) throws {
    let run = try run(hostilities)
    expectItsEnds(of: hostilities, in: run)
    TouchTests.expectOrder(run.summary)
  }

  /// With a guest in VM's place, what is aimed at VM and at memory.
  @Test(
    arguments: Hostilities.all.filter {
      ["messages", "calls", "memory"].contains($0.testDescription)
    })
  func aGuestVMBearsItToo(_ hostilities: Hostilities) throws {
    let run = try run(hostilities, besides: [ManifestEntry("vm", server: "vm")])
    expectItsEnds(of: hostilities, in: run)
    #expect(run.summary["vm"]?.exit == nil)
  }

  private func run(
    _ hostilities: Hostilities, besides servers: [ManifestEntry] = []
  ) throws -> GuestRun {
    let cases = hostilities.cases
    let folder = try TemporaryFolder()
    let program = try GNUCompiler.build(
      HostileProgram.source(cases), language: "assembler", as: "hostile", in: folder)
    let programs = cases.indices.map { ManifestEntry("case-\($0)", file: program, ["\($0)"]) }
    return try GuestRun(
      servers + [Self.neighbours[0]] + programs + [Self.neighbours[1]],
      options: ["--quiet", "--memory", "64MiB", "--timeout", "60s"])
  }

  private func expectItsEnds(of hostilities: Hostilities, in run: GuestRun) {
    for (index, hostility) in hostilities.cases.enumerated() {
      let exit = run.summary["case-\(index)"]?.exit
      #expect(
        exit.map { exit in hostility.ends.contains { $0.allows(exit) } } == true,
        "\(hostility.name): \(exit as Any); expected \(hostility.ends); catches \(hostility.catches)"
      )
    }
    for neighbour in Self.neighbours {
      #expect(run.summary[neighbour.name]?.exit == .init(status: 0), "\(neighbour.name)")
    }
    #expect(run.output.contains("touched 30 pages\n"))
    #expect(run.output.contains("argv[1] is \"unharmed\".\n"))
  }
}
