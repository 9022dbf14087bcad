import Fleet
import Store
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("the lock of a data directory")
struct DataDirectoryLockTests {
  @Test("a second coordinator is refused and told who has it, until the first ends")
  func second() async throws {
    let temporary = try TemporaryDirectory()
    let directory = temporary.path
    var first: DataDirectoryLock? = try DataDirectoryLock(directory: directory)
    let error = await refusal { _ = try DataDirectoryLock(directory: directory) }
    #expect(error?.code == .precondition)
    #expect(error?.message.contains("process \(getpid())") == true)
    #expect(first != nil)
    first = nil
    _ = try DataDirectoryLock(directory: directory)
    withExtendedLifetime(temporary) {}
  }

  @Test("a process that is killed leaves no lock behind")
  func killed() async throws {
    let temporary = try TemporaryDirectory()
    let directory = temporary.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
      let lock = try DataDirectoryLock(directory: directory)
      withExtendedLifetime(lock) { _ = kill(getpid(), SIGKILL) }
    }
    _ = try DataDirectoryLock(directory: directory)
    withExtendedLifetime(temporary) {}
  }

  @Test("a directory that is not there is named")
  func missing() async throws {
    let error = await refusal { _ = try DataDirectoryLock(directory: "/nonexistent/roost") }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("/nonexistent/roost") == true)
  }
}
