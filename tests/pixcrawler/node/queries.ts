/** What a front end asks through schema.ts, as a signed-in user; prints the answers as JSON. */
import { count, desc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { asUser, insertRow, type Transaction } from './lib/db/as-user';
import * as schema from './lib/db/schema';

const [user, project] = [process.env.PIX_USER!, Number(process.env.PIX_PROJECT)];
const client = postgres(process.env.DATABASE_URL!, { max: 1, onnotice: () => {} });
const db = drizzle(client, { schema });
const me = <T>(run: (tx: Transaction) => Promise<T>) => asUser(db, user, run);

const refused = async (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'allowed',
    (error) => error.cause?.code ?? error.code ?? String(error),
  );

const { crawlJobs, creditAccounts, images, notificationPreferences, profiles, projects, notifications } = schema;
const preferences = { userId: user, digestFrequency: 'weekly', quietHoursStart: '22:00:00' } as const;

const answers = {
  projects: await me((tx) => tx.select({ name: projects.name }).from(projects)),
  images: await me((tx) => tx.select({ n: count() }).from(images)),
  newest: await me((tx) => tx.select().from(images).orderBy(desc(images.createdAt)).limit(50)),
  tree: await me((tx) => tx.query.projects.findMany({ with: { user: true, crawlJobs: { with: { images: true } } } })),
  everything: await me((tx) =>
    tx.query.profiles.findFirst({
      with: {
        creditAccount: { with: { transactions: true } },
        notificationPreferences: true,
        notifications: true,
        apiKeys: true,
        activityLogs: true,
        usageMetrics: true,
      },
    }),
  ),
  inserted: await me((tx) => insertRow(tx, projects, { name: 'Dogs', userId: user })),
  job: await me((tx) => insertRow(tx, crawlJobs, { projectId: project, name: 'Puppies', keywords: ['puppy'] })),
  upserted: await me((tx) =>
    insertRow(tx, notificationPreferences, preferences, { orUpdate: [notificationPreferences.userId] }),
  ),
  read: await me((tx) =>
    tx.update(notifications).set({ isRead: true, readAt: new Date() }).returning({ isRead: notifications.isRead }),
  ),
  deleted: await me((tx) => tx.delete(projects).where(eq(projects.name, 'Dogs')).returning({ name: projects.name })),
  refused: {
    'every column named': await refused(me((tx) => tx.insert(projects).values({ name: 'Dogs', userId: user }))),
    admin: await refused(me((tx) => tx.update(profiles).set({ role: 'admin' }))),
    progress: await refused(me((tx) => tx.update(crawlJobs).set({ progress: 100 }))),
    balance: await refused(me((tx) => tx.update(creditAccounts).set({ currentBalance: 1_000_000 }))),
    insert: await refused(
      me((tx) => insertRow(tx, crawlJobs, { projectId: project, name: 'J', keywords: [], progress: 100 })),
    ),
  },
  owner: await db.transaction(async (tx) => {
    const [made] = await tx.insert(projects).values({ name: 'Birds', userId: user }).returning();
    await tx.delete(projects).where(eq(projects.id, made!.id));
    return made;
  }),
};

console.log(JSON.stringify(answers));
await client.end();
