/**
 * The PixCrawler database: eleven tables, and who may see which rows.
 *
 * This file is the single source of truth for tables, keys, checks, indexes and policies. What Drizzle cannot say
 * (functions, triggers, column grants) stands in `sql/`. The production SQL and the back end's SQLAlchemy models are
 * generated from both; change the schema here and nowhere else.
 *
 * Conventions
 * - Every point in time is `timestamptz`; a calendar day is `date`.
 * - Everything that belongs to a user goes when the user goes: each foreign key cascades.
 * - A unique constraint is backed by its own index, so it bears the `ix_` name and no second index stands beside it.
 * - A policy names its role and calls `(select auth.uid())`, which PostgreSQL evaluates once per statement rather than
 *   once per row. Membership is written `= any (array(select ...))`: that, too, is evaluated once, and the column's
 *   index then finds the rows.
 * - A policy decides which rows; the column grants in `sql/03_grants.sql` decide which columns a user may write.
 */
import { relations, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigserial,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgPolicy,
  pgTable,
  serial,
  text,
  time,
  timestamp,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { authUid, authUsers, authenticatedRole } from 'drizzle-orm/supabase';

// ---------------------------------------------------------------------------------------------------------------------
// Vocabulary: the values that a status, type or role column may hold
// ---------------------------------------------------------------------------------------------------------------------

export const userRoles = ['user', 'admin'] as const;
export const projectStatuses = ['active', 'archived', 'deleted'] as const;
export const crawlJobStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export const apiKeyStatuses = ['active', 'revoked', 'expired'] as const;
export const creditTransactionTypes = ['purchase', 'usage', 'refund', 'bonus'] as const;
export const creditTransactionStatuses = ['completed', 'pending', 'failed', 'cancelled'] as const;
export const notificationTypes = ['success', 'info', 'warning', 'error'] as const;
export const digestFrequencies = ['realtime', 'hourly', 'daily', 'weekly', 'never'] as const;

// ---------------------------------------------------------------------------------------------------------------------
// Building blocks
// ---------------------------------------------------------------------------------------------------------------------

const instant = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = () => instant('created_at').notNull().defaultNow();
const updatedAt = () => instant('updated_at').notNull().defaultNow();
const counter = (name: string) => integer(name).notNull().default(0);
const gigabytes = (name: string) => numeric(name, { precision: 10, scale: 2 }).notNull();
const flag = (name: string, initially: boolean) => boolean(name).notNull().default(initially);

/** The column holds one of these words. Compared as text, so that PostgreSQL writes the check back as it read it. */
const oneOf = (column: AnyPgColumn, words: readonly string[]) =>
  sql`${column}::text in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;

const isArray = (column: AnyPgColumn) => sql`jsonb_typeof(${column}) = 'array'`;

const isNotNegative = (column: AnyPgColumn) => sql`${column} >= 0`;

const isPositive = (column: AnyPgColumn) => sql`${column} > 0`;

/** The row bears the id of the user who asks. */
const isMine = (owner: AnyPgColumn) => sql`${owner} = ${authUid}`;

// ---------------------------------------------------------------------------------------------------------------------
// Users
// ---------------------------------------------------------------------------------------------------------------------

/** One row per user of Supabase Auth, made by a trigger at sign-up (`sql/02_triggers.sql`). */
export const profiles = pgTable(
  'profiles',
  {
    id: uuid('id').primaryKey(),
    /** Empty for users who signed up by phone or anonymously. */
    email: varchar('email', { length: 255 }),
    fullName: varchar('full_name', { length: 100 }),
    avatarUrl: text('avatar_url'),
    role: varchar('role', { length: 20, enum: userRoles }).notNull().default('user'),
    onboardingCompleted: flag('onboarding_completed', false),
    onboardingCompletedAt: instant('onboarding_completed_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    foreignKey({ name: 'profiles_id_fkey', columns: [table.id], foreignColumns: [authUsers.id] }).onDelete('cascade'),
    unique('ix_profiles_email').on(table.email),
    index('ix_profiles_role').on(table.role),
    check('ck_profiles_role_valid', oneOf(table.role, userRoles)),
    pgPolicy('Users read their own profile', { for: 'select', to: authenticatedRole, using: isMine(table.id) }),
    pgPolicy('Users change their own profile', {
      for: 'update',
      to: authenticatedRole,
      using: isMine(table.id),
      withCheck: isMine(table.id),
    }),
  ],
);

// ---------------------------------------------------------------------------------------------------------------------
// Projects, crawl jobs, images
// ---------------------------------------------------------------------------------------------------------------------

export const projects = pgTable(
  'projects',
  {
    id: serial('id').primaryKey(),
    name: varchar('name', { length: 100 }).notNull(),
    description: text('description'),
    userId: uuid('user_id').notNull(),
    status: varchar('status', { length: 20, enum: projectStatuses }).notNull().default('active'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    foreignKey({
      name: 'projects_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    index('ix_projects_status').on(table.status),
    index('ix_projects_user_id').on(table.userId),
    check('ck_projects_status_valid', oneOf(table.status, projectStatuses)),
    pgPolicy('Users read their own projects', { for: 'select', to: authenticatedRole, using: isMine(table.userId) }),
    pgPolicy('Users create their own projects', {
      for: 'insert',
      to: authenticatedRole,
      withCheck: isMine(table.userId),
    }),
    pgPolicy('Users change their own projects', {
      for: 'update',
      to: authenticatedRole,
      using: isMine(table.userId),
      withCheck: isMine(table.userId),
    }),
    pgPolicy('Users delete their own projects', { for: 'delete', to: authenticatedRole, using: isMine(table.userId) }),
  ],
);

/**
 * The row stands in a project of the user who asks. A policy reads other tables as that user, under their policies: so
 * these are the user's own projects, and saying that again here would be planned and paid for again by every query.
 */
const isInMyProject = (projectId: AnyPgColumn) =>
  sql`${projectId} = any (array(select ${projects.id} from ${projects}))`;

/**
 * A crawl job, worked off in chunks by many workers at once. `task_ids` and the counters are kept by the chunk functions
 * in `sql/01_functions.sql`; `progress` and `status` follow them by a trigger.
 */
export const crawlJobs = pgTable(
  'crawl_jobs',
  {
    id: serial('id').primaryKey(),
    projectId: integer('project_id').notNull(),
    name: varchar('name', { length: 100 }).notNull(),
    keywords: jsonb('keywords').$type<string[]>().notNull(),
    maxImages: integer('max_images').notNull().default(1000),
    status: varchar('status', { length: 20, enum: crawlJobStatuses }).notNull().default('pending'),
    /** Percent. */
    progress: counter('progress'),
    totalImages: counter('total_images'),
    downloadedImages: counter('downloaded_images'),
    validImages: counter('valid_images'),
    totalChunks: counter('total_chunks'),
    activeChunks: counter('active_chunks'),
    completedChunks: counter('completed_chunks'),
    failedChunks: counter('failed_chunks'),
    taskIds: jsonb('task_ids').$type<string[]>().notNull().default([]),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    foreignKey({
      name: 'crawl_jobs_project_id_fkey',
      columns: [table.projectId],
      foreignColumns: [projects.id],
    }).onDelete('cascade'),
    index('ix_crawl_jobs_created_at').on(table.createdAt),
    index('ix_crawl_jobs_project_id').on(table.projectId),
    index('ix_crawl_jobs_project_status').on(table.projectId, table.status),
    index('ix_crawl_jobs_status').on(table.status),
    check('ck_crawl_jobs_keywords_array', isArray(table.keywords)),
    check('ck_crawl_jobs_task_ids_array', isArray(table.taskIds)),
    check('ck_crawl_jobs_max_images_positive', isPositive(table.maxImages)),
    check('ck_crawl_jobs_status_valid', oneOf(table.status, crawlJobStatuses)),
    check('ck_crawl_jobs_progress_percent', sql`${table.progress} between 0 and 100`),
    check('ck_crawl_jobs_total_images_not_negative', isNotNegative(table.totalImages)),
    check('ck_crawl_jobs_downloaded_images_not_negative', isNotNegative(table.downloadedImages)),
    check('ck_crawl_jobs_valid_images_not_negative', isNotNegative(table.validImages)),
    check('ck_crawl_jobs_valid_images_downloaded', sql`${table.validImages} <= ${table.downloadedImages}`),
    check('ck_crawl_jobs_total_chunks_not_negative', isNotNegative(table.totalChunks)),
    check('ck_crawl_jobs_active_chunks_not_negative', isNotNegative(table.activeChunks)),
    check('ck_crawl_jobs_completed_chunks_not_negative', isNotNegative(table.completedChunks)),
    check('ck_crawl_jobs_failed_chunks_not_negative', isNotNegative(table.failedChunks)),
    check(
      'ck_crawl_jobs_chunks_within_total',
      sql`${table.activeChunks} + ${table.completedChunks} + ${table.failedChunks} <= ${table.totalChunks}`,
    ),
    pgPolicy('Users read jobs in their projects', {
      for: 'select',
      to: authenticatedRole,
      using: isInMyProject(table.projectId),
    }),
    pgPolicy('Users create jobs in their projects', {
      for: 'insert',
      to: authenticatedRole,
      withCheck: isInMyProject(table.projectId),
    }),
    pgPolicy('Users change jobs in their projects', {
      for: 'update',
      to: authenticatedRole,
      using: isInMyProject(table.projectId),
      withCheck: isInMyProject(table.projectId),
    }),
    pgPolicy('Users delete jobs in their projects', {
      for: 'delete',
      to: authenticatedRole,
      using: isInMyProject(table.projectId),
    }),
  ],
);

/** The row came from a job of the user who asks: from one that the policies of `crawl_jobs` let that user see. */
const isFromMyJob = (crawlJobId: AnyPgColumn) =>
  sql`${crawlJobId} = any (array(select ${crawlJobs.id} from ${crawlJobs}))`;

/**
 * True of every id, and a word to the planner. It cannot know how many jobs a user has, takes them for ten, and the rows
 * for many: so for the newest 50 it would walk the index on `created_at` and pass everybody's images until it has found
 * 50 of this user. A range between values that it does not know it takes for one row in 200, so it looks the user's rows
 * up by their job and sorts them. The look-up absorbs the range: it costs nothing.
 */
const isOneOfFew = (id: AnyPgColumn) => sql`${id} between -(select 2147483647) - 1 and (select 2147483647)`;

/** What the crawler found. Grows without bound, hence the 64-bit key. */
export const images = pgTable(
  'images',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    crawlJobId: integer('crawl_job_id').notNull(),
    originalUrl: text('original_url').notNull(),
    filename: varchar('filename', { length: 255 }).notNull(),
    storageUrl: text('storage_url'),
    /** Pixels. */
    width: integer('width'),
    /** Pixels. */
    height: integer('height'),
    /** Bytes. */
    fileSize: integer('file_size'),
    format: varchar('format', { length: 10 }),
    /** Of the file's content, to find duplicates. */
    hash: varchar('hash', { length: 64 }),
    isValid: flag('is_valid', true),
    isDuplicate: flag('is_duplicate', false),
    labels: jsonb('labels'),
    metadata: jsonb('metadata'),
    downloadedAt: instant('downloaded_at').notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (table) => [
    foreignKey({
      name: 'images_crawl_job_id_fkey',
      columns: [table.crawlJobId],
      foreignColumns: [crawlJobs.id],
    }).onDelete('cascade'),
    index('ix_images_crawl_job_id').on(table.crawlJobId),
    index('ix_images_created_at').on(table.createdAt),
    index('ix_images_hash').on(table.hash),
    check('ck_images_width_positive', isPositive(table.width)),
    check('ck_images_height_positive', isPositive(table.height)),
    check('ck_images_file_size_positive', isPositive(table.fileSize)),
    pgPolicy('Users read images of their jobs', {
      for: 'select',
      to: authenticatedRole,
      using: sql`${isFromMyJob(table.crawlJobId)} and ${isOneOfFew(table.crawlJobId)}`,
    }),
  ],
);

// ---------------------------------------------------------------------------------------------------------------------
// Audit trail, API keys
// ---------------------------------------------------------------------------------------------------------------------

/** Who did what. Grows without bound, hence the 64-bit key; users can read their trail and cannot clear it. */
export const activityLogs = pgTable(
  'activity_logs',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** Empty for what the system did by itself. */
    userId: uuid('user_id'),
    action: text('action').notNull(),
    resourceType: varchar('resource_type', { length: 50 }),
    resourceId: varchar('resource_id', { length: 50 }),
    metadata: jsonb('metadata'),
    timestamp: instant('timestamp').notNull().defaultNow(),
  },
  (table) => [
    foreignKey({
      name: 'activity_logs_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    index('ix_activity_logs_resource').on(table.resourceType, table.resourceId),
    index('ix_activity_logs_timestamp').on(table.timestamp),
    index('ix_activity_logs_user_id').on(table.userId),
    index('ix_activity_logs_user_timestamp').on(table.userId, table.timestamp),
    pgPolicy('Users read their own activity', { for: 'select', to: authenticatedRole, using: isMine(table.userId) }),
  ],
);

/** Keys for programmatic access: only the hash of a key is kept, and its prefix so that people can tell keys apart. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id').notNull(),
    name: varchar('name', { length: 200 }).notNull(),
    keyHash: varchar('key_hash', { length: 255 }).notNull(),
    keyPrefix: varchar('key_prefix', { length: 20 }).notNull(),
    status: varchar('status', { length: 20, enum: apiKeyStatuses }).notNull().default('active'),
    permissions: jsonb('permissions').$type<string[]>().notNull().default([]),
    /** Requests per hour; set by the back end, never by the user. */
    rateLimit: integer('rate_limit').notNull().default(1000),
    usageCount: counter('usage_count'),
    lastUsedAt: instant('last_used_at'),
    lastUsedIp: varchar('last_used_ip', { length: 45 }),
    expiresAt: instant('expires_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    foreignKey({
      name: 'api_keys_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    unique('ix_api_keys_key_hash').on(table.keyHash),
    index('ix_api_keys_status').on(table.status),
    index('ix_api_keys_user_id').on(table.userId),
    check('ck_api_keys_permissions_array', isArray(table.permissions)),
    check('ck_api_keys_rate_limit_positive', isPositive(table.rateLimit)),
    check('ck_api_keys_status_valid', oneOf(table.status, apiKeyStatuses)),
    check('ck_api_keys_usage_count_positive', isNotNegative(table.usageCount)),
    pgPolicy('Users read their own API keys', { for: 'select', to: authenticatedRole, using: isMine(table.userId) }),
    pgPolicy('Users create their own API keys', {
      for: 'insert',
      to: authenticatedRole,
      withCheck: isMine(table.userId),
    }),
    pgPolicy('Users change their own API keys', {
      for: 'update',
      to: authenticatedRole,
      using: isMine(table.userId),
      withCheck: isMine(table.userId),
    }),
    pgPolicy('Users delete their own API keys', { for: 'delete', to: authenticatedRole, using: isMine(table.userId) }),
  ],
);

// ---------------------------------------------------------------------------------------------------------------------
// Credits: an account, and the ledger that explains its balance
// ---------------------------------------------------------------------------------------------------------------------

/** `current_balance` is moved by the ledger's trigger and by nothing else. */
export const creditAccounts = pgTable(
  'credit_accounts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id').notNull(),
    currentBalance: counter('current_balance'),
    /** Credits used in the month of the last movement (UTC). */
    monthlyUsage: counter('monthly_usage'),
    averageDailyUsage: numeric('average_daily_usage', { precision: 10, scale: 2 }).notNull().default('0.00'),
    autoRefillEnabled: flag('auto_refill_enabled', false),
    refillThreshold: integer('refill_threshold').notNull().default(100),
    refillAmount: integer('refill_amount').notNull().default(500),
    monthlyLimit: integer('monthly_limit').notNull().default(2000),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    foreignKey({
      name: 'credit_accounts_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    unique('ix_credit_accounts_user_id').on(table.userId),
    check('ck_credit_accounts_balance_positive', isNotNegative(table.currentBalance)),
    check('ck_credit_accounts_monthly_usage_not_negative', isNotNegative(table.monthlyUsage)),
    check('ck_credit_accounts_average_daily_usage_not_negative', isNotNegative(table.averageDailyUsage)),
    check('ck_credit_accounts_refill_threshold_not_negative', isNotNegative(table.refillThreshold)),
    check('ck_credit_accounts_refill_amount_positive', isPositive(table.refillAmount)),
    check('ck_credit_accounts_monthly_limit_not_negative', isNotNegative(table.monthlyLimit)),
    pgPolicy('Users read their own credit account', {
      for: 'select',
      to: authenticatedRole,
      using: isMine(table.userId),
    }),
    pgPolicy('Users change the refill of their own credit account', {
      for: 'update',
      to: authenticatedRole,
      using: isMine(table.userId),
      withCheck: isMine(table.userId),
    }),
  ],
);

/**
 * The ledger: rows are only ever added. `amount` is signed (what is used is negative), and `balance_after` is written by
 * a trigger, whatever the client sends.
 */
export const creditTransactions = pgTable(
  'credit_transactions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    accountId: uuid('account_id').notNull(),
    userId: uuid('user_id').notNull(),
    type: varchar('type', { length: 20, enum: creditTransactionTypes }).notNull(),
    description: text('description').notNull(),
    amount: integer('amount').notNull(),
    balanceAfter: integer('balance_after').notNull(),
    /** Only completed transactions move the balance. */
    status: varchar('status', { length: 20, enum: creditTransactionStatuses }).notNull().default('completed'),
    metadata: jsonb('metadata'),
    createdAt: createdAt(),
  },
  (table) => [
    foreignKey({
      name: 'credit_transactions_account_id_fkey',
      columns: [table.accountId],
      foreignColumns: [creditAccounts.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'credit_transactions_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    index('ix_credit_transactions_account_id').on(table.accountId),
    index('ix_credit_transactions_created_at').on(table.createdAt),
    index('ix_credit_transactions_user_id').on(table.userId),
    check('ck_credit_transactions_type_valid', oneOf(table.type, creditTransactionTypes)),
    check('ck_credit_transactions_status_valid', oneOf(table.status, creditTransactionStatuses)),
    check('ck_credit_transactions_balance_after_not_negative', isNotNegative(table.balanceAfter)),
    // A refund goes either way: credits given back for a failed job, or taken back with a returned purchase.
    check(
      'ck_credit_transactions_amount_sign',
      sql`case ${table.type}::text
        when 'usage' then ${table.amount} < 0
        when 'refund' then ${table.amount} <> 0
        else ${table.amount} > 0
      end`,
    ),
    pgPolicy('Users read their own credit transactions', {
      for: 'select',
      to: authenticatedRole,
      using: isMine(table.userId),
    }),
  ],
);

// ---------------------------------------------------------------------------------------------------------------------
// Notifications, usage
// ---------------------------------------------------------------------------------------------------------------------

export const notifications = pgTable(
  'notifications',
  {
    id: serial('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    type: varchar('type', { length: 50, enum: notificationTypes }).notNull(),
    category: varchar('category', { length: 50 }),
    title: varchar('title', { length: 255 }).notNull(),
    message: text('message').notNull(),
    icon: varchar('icon', { length: 50 }),
    color: varchar('color', { length: 20 }),
    actionUrl: text('action_url'),
    actionLabel: varchar('action_label', { length: 100 }),
    metadata: jsonb('metadata'),
    isRead: flag('is_read', false),
    readAt: instant('read_at'),
    createdAt: createdAt(),
  },
  (table) => [
    foreignKey({
      name: 'notifications_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    index('ix_notifications_created_at').on(table.createdAt.desc().nullsFirst()),
    index('ix_notifications_is_read').on(table.isRead),
    index('ix_notifications_user_id').on(table.userId),
    index('ix_notifications_user_unread').on(table.userId, table.isRead).where(sql`${table.isRead} = false`),
    check('ck_notifications_type_valid', oneOf(table.type, notificationTypes)),
    pgPolicy('Users read their own notifications', {
      for: 'select',
      to: authenticatedRole,
      using: isMine(table.userId),
    }),
    pgPolicy('Users mark their own notifications', {
      for: 'update',
      to: authenticatedRole,
      using: isMine(table.userId),
      withCheck: isMine(table.userId),
    }),
    pgPolicy('Users delete their own notifications', {
      for: 'delete',
      to: authenticatedRole,
      using: isMine(table.userId),
    }),
  ],
);

export const notificationPreferences = pgTable(
  'notification_preferences',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id').notNull(),
    emailEnabled: flag('email_enabled', true),
    pushEnabled: flag('push_enabled', false),
    smsEnabled: flag('sms_enabled', false),
    crawlJobsEnabled: flag('crawl_jobs_enabled', true),
    datasetsEnabled: flag('datasets_enabled', true),
    billingEnabled: flag('billing_enabled', true),
    securityEnabled: flag('security_enabled', true),
    marketingEnabled: flag('marketing_enabled', false),
    productUpdatesEnabled: flag('product_updates_enabled', true),
    digestFrequency: varchar('digest_frequency', { length: 20, enum: digestFrequencies }).notNull().default('daily'),
    quietHoursStart: time('quiet_hours_start'),
    quietHoursEnd: time('quiet_hours_end'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    foreignKey({
      name: 'notification_preferences_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    unique('ix_notification_preferences_user_id').on(table.userId),
    check('ck_notification_preferences_digest_frequency_valid', oneOf(table.digestFrequency, digestFrequencies)),
    pgPolicy('Users read their own notification preferences', {
      for: 'select',
      to: authenticatedRole,
      using: isMine(table.userId),
    }),
    // The sign-up trigger makes the row; inserting is allowed so that saving preferences can be an upsert.
    pgPolicy('Users create their own notification preferences', {
      for: 'insert',
      to: authenticatedRole,
      withCheck: isMine(table.userId),
    }),
    pgPolicy('Users change their own notification preferences', {
      for: 'update',
      to: authenticatedRole,
      using: isMine(table.userId),
      withCheck: isMine(table.userId),
    }),
  ],
);

/** One row per user and day, written by the back end. */
export const usageMetrics = pgTable(
  'usage_metrics',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id').notNull(),
    metricDate: date('metric_date').notNull(),
    imagesProcessed: counter('images_processed'),
    imagesLimit: integer('images_limit').notNull().default(10000),
    storageUsedGb: gigabytes('storage_used_gb').default('0.00'),
    storageLimitGb: gigabytes('storage_limit_gb').default('100.00'),
    apiCalls: counter('api_calls'),
    apiCallsLimit: integer('api_calls_limit').notNull().default(50000),
    bandwidthUsedGb: gigabytes('bandwidth_used_gb').default('0.00'),
    bandwidthLimitGb: gigabytes('bandwidth_limit_gb').default('500.00'),
    createdAt: createdAt(),
  },
  (table) => [
    foreignKey({
      name: 'usage_metrics_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [profiles.id],
    }).onDelete('cascade'),
    // The unique key would serve look-ups by user as well. Both stay: clients know both names, and the index on the user
    // alone stores each user once (btree deduplication), so that it is a fraction of the key's size.
    unique('uq_usage_metrics_user_date').on(table.userId, table.metricDate),
    index('ix_usage_metrics_user_id').on(table.userId),
    index('ix_usage_metrics_metric_date').on(table.metricDate),
    check('ck_usage_metrics_images_processed_not_negative', isNotNegative(table.imagesProcessed)),
    check('ck_usage_metrics_images_limit_not_negative', isNotNegative(table.imagesLimit)),
    check('ck_usage_metrics_storage_used_gb_not_negative', isNotNegative(table.storageUsedGb)),
    check('ck_usage_metrics_storage_limit_gb_not_negative', isNotNegative(table.storageLimitGb)),
    check('ck_usage_metrics_api_calls_not_negative', isNotNegative(table.apiCalls)),
    check('ck_usage_metrics_api_calls_limit_not_negative', isNotNegative(table.apiCallsLimit)),
    check('ck_usage_metrics_bandwidth_used_gb_not_negative', isNotNegative(table.bandwidthUsedGb)),
    check('ck_usage_metrics_bandwidth_limit_gb_not_negative', isNotNegative(table.bandwidthLimitGb)),
    pgPolicy('Users read their own usage', { for: 'select', to: authenticatedRole, using: isMine(table.userId) }),
  ],
);

// ---------------------------------------------------------------------------------------------------------------------
// Relations, for `db.query`
// ---------------------------------------------------------------------------------------------------------------------

export const profilesRelations = relations(profiles, ({ one, many }) => ({
  projects: many(projects),
  activityLogs: many(activityLogs),
  apiKeys: many(apiKeys),
  creditAccount: one(creditAccounts),
  creditTransactions: many(creditTransactions),
  notifications: many(notifications),
  notificationPreferences: one(notificationPreferences),
  usageMetrics: many(usageMetrics),
}));

export const projectsRelations = relations(projects, ({ one, many }) => ({
  user: one(profiles, { fields: [projects.userId], references: [profiles.id] }),
  crawlJobs: many(crawlJobs),
}));

export const crawlJobsRelations = relations(crawlJobs, ({ one, many }) => ({
  project: one(projects, { fields: [crawlJobs.projectId], references: [projects.id] }),
  images: many(images),
}));

export const imagesRelations = relations(images, ({ one }) => ({
  crawlJob: one(crawlJobs, { fields: [images.crawlJobId], references: [crawlJobs.id] }),
}));

export const activityLogsRelations = relations(activityLogs, ({ one }) => ({
  user: one(profiles, { fields: [activityLogs.userId], references: [profiles.id] }),
}));

export const apiKeysRelations = relations(apiKeys, ({ one }) => ({
  user: one(profiles, { fields: [apiKeys.userId], references: [profiles.id] }),
}));

export const creditAccountsRelations = relations(creditAccounts, ({ one, many }) => ({
  user: one(profiles, { fields: [creditAccounts.userId], references: [profiles.id] }),
  transactions: many(creditTransactions),
}));

export const creditTransactionsRelations = relations(creditTransactions, ({ one }) => ({
  account: one(creditAccounts, { fields: [creditTransactions.accountId], references: [creditAccounts.id] }),
  user: one(profiles, { fields: [creditTransactions.userId], references: [profiles.id] }),
}));

export const notificationsRelations = relations(notifications, ({ one }) => ({
  user: one(profiles, { fields: [notifications.userId], references: [profiles.id] }),
}));

export const notificationPreferencesRelations = relations(notificationPreferences, ({ one }) => ({
  user: one(profiles, { fields: [notificationPreferences.userId], references: [profiles.id] }),
}));

export const usageMetricsRelations = relations(usageMetrics, ({ one }) => ({
  user: one(profiles, { fields: [usageMetrics.userId], references: [profiles.id] }),
}));

// ---------------------------------------------------------------------------------------------------------------------
// Row types
// ---------------------------------------------------------------------------------------------------------------------

export type UserRole = (typeof userRoles)[number];
export type ProjectStatus = (typeof projectStatuses)[number];
export type CrawlJobStatus = (typeof crawlJobStatuses)[number];
export type ApiKeyStatus = (typeof apiKeyStatuses)[number];
export type CreditTransactionType = (typeof creditTransactionTypes)[number];
export type CreditTransactionStatus = (typeof creditTransactionStatuses)[number];
export type NotificationType = (typeof notificationTypes)[number];
export type DigestFrequency = (typeof digestFrequencies)[number];

export type Profile = typeof profiles.$inferSelect;
export type NewProfile = typeof profiles.$inferInsert;
export type Project = typeof projects.$inferSelect;
export type NewProject = typeof projects.$inferInsert;
export type CrawlJob = typeof crawlJobs.$inferSelect;
export type NewCrawlJob = typeof crawlJobs.$inferInsert;
export type Image = typeof images.$inferSelect;
export type NewImage = typeof images.$inferInsert;
export type ActivityLog = typeof activityLogs.$inferSelect;
export type NewActivityLog = typeof activityLogs.$inferInsert;
export type ApiKey = typeof apiKeys.$inferSelect;
export type NewApiKey = typeof apiKeys.$inferInsert;
export type CreditAccount = typeof creditAccounts.$inferSelect;
export type NewCreditAccount = typeof creditAccounts.$inferInsert;
export type CreditTransaction = typeof creditTransactions.$inferSelect;
export type NewCreditTransaction = typeof creditTransactions.$inferInsert;
export type Notification = typeof notifications.$inferSelect;
export type NewNotification = typeof notifications.$inferInsert;
export type NotificationPreference = typeof notificationPreferences.$inferSelect;
export type NewNotificationPreference = typeof notificationPreferences.$inferInsert;
export type UsageMetric = typeof usageMetrics.$inferSelect;
export type NewUsageMetric = typeof usageMetrics.$inferInsert;
