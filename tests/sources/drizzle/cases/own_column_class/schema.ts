import { entityKind } from 'drizzle-orm/entity';
import { is } from 'drizzle-orm';
import { integer, PgColumn, PgColumnBuilder, pgTable, text, type PgTable } from 'drizzle-orm/pg-core';
import { jsonb } from 'drizzle-orm/pg-core/columns/jsonb';

class TagBuilder extends PgColumnBuilder<any, { size: number }> {
  static readonly [entityKind]: string = 'TagBuilder';
  constructor(name: string, size: number) {
    super(name as any, 'string', 'Tag');
    this.config.size = size;
  }
  build(table: PgTable) {
    return new Tag(table as any, this.config as any);
  }
}

class Tag extends PgColumn<any, { size: number }> {
  static readonly [entityKind]: string = 'Tag';
  getSQLType() {
    return `varchar(${this.config.size})`;
  }
  mapToDriverValue(value: string) {
    return value.toUpperCase();
  }
}

const tag = (name: string, size = 8) => new TagBuilder(name, size);

export const things = pgTable('things', {
  id: integer('id').primaryKey(),
  tag: tag('tag').notNull().unique(),
  long: tag('long', 200).default('none'),
  owner: tag('owner').references((): any => owners.tag),
  more: jsonb('more').notNull(),
});
export const owners = pgTable('owners', { tag: tag('tag').primaryKey() });
export const checked = pgTable('checked', {
  a: text(String(is(things.tag, PgColumn)) + String(is(things.id, PgColumn)) + String(things.id instanceof Tag)),
});
