/// Allows names of VMs that were made outside of Roost: an adopted VM keeps any name that libvirt accepts, except for
/// control characters. The names of new VMs are checked strictly before they come here.
///
/// A table's `CHECK` is relaxed in place, as SQLite's manual permits for changes that make no stored row invalid
/// (https://www.sqlite.org/lang_altertable.html): the table keeps its rows, its triggers and what other migrations add
/// to it. The last statements only raise the schema's version, so that every connection reads it again.
enum Migration12Documents: Migration {
  static let identifier = "9 documents"

  static let statements = [names]

  private static let names = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql,
      'CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB ''*[^A-Za-z0-9._-]*'')',
      'CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255 AND instr(name, char(0)) = 0'
        || ' AND name NOT GLOB ''*['' || char(1) || ''-'' || char(31) || char(127) || ''/]*'')')
      WHERE type = 'table' AND name = 'vms';
    PRAGMA writable_schema = RESET;
    CREATE TABLE documents_version (number INTEGER PRIMARY KEY) STRICT;
    DROP TABLE documents_version;
    """
}
